// The recorded answers and configuration errors of CoreDNS (shared corpus) for template.
import { templateControl } from '../../../../src/plugins/template/setup.ts';
import { templateServing } from '../../../../src/plugins/template/template.ts';
import { testRecordings } from '../../../support/recorded-suite.ts';

testRecordings({ control: templateControl, serving: templateServing });
