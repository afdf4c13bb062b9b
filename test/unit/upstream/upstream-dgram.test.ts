// The same over node:dgram, as where the native addon is missing.
process.env['NODENS_UDP'] = 'dgram';
await import('./upstream.test.ts');
