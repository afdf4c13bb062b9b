// The recorded answers and configuration errors of CoreDNS (shared corpus) for rewrite.
import { rewriteServing } from '../../../../src/plugins/rewrite/rewrite.ts';
import { rewriteControl } from '../../../../src/plugins/rewrite/setup.ts';
import { testRecordings } from '../../../support/recorded-suite.ts';

testRecordings({ control: rewriteControl, serving: rewriteServing });
