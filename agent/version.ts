/** As package.json has it (version.test.ts compares them); a constant, because the packed library is elsewhere than that file. */
export const version = '0.1.0';
