// Which part may import which. Default deny: what is not named here is refused.
// Data-flow order; see ARCHITECTURE.md.
const allowed = {
  protocol: [],
  runtime: ['protocol'],
  query: ['protocol'],
  chart: ['protocol'],
  agent: ['protocol', 'runtime'],
  aggregator: ['protocol', 'runtime', 'query'],
  rules: ['protocol', 'runtime', 'query'],
  alerting: ['protocol', 'runtime', 'chart', 'rules'],
  dashboard: ['protocol', 'runtime', 'chart'],
  cli: ['protocol', 'runtime', 'query', 'chart', 'agent', 'aggregator', 'rules', 'alerting', 'dashboard'],
  examples: ['agent'],
};
const parts = [...Object.keys(allowed), 'test', 'bench', 'gate'];

module.exports = {
  forbidden: [
    ...Object.entries(allowed).map(([part, others]) => ({
      name: `${part}-imports-only-what-it-may`,
      severity: 'error',
      from: { path: `^${part}/`, pathNot: '\\.(test|fuzz|bench|case)\\.ts$' },
      to: { path: `^(${parts.filter((p) => p !== part && !others.includes(p)).join('|')})/` },
    })),
    {
      // A test beside its file may use what the file may, plus the parts' testing/ twins and nothing more.
      name: 'tests-beside-files-stay-in-their-part',
      severity: 'error',
      from: {
        path: '^(protocol|runtime|query|chart|agent|aggregator|rules|alerting|dashboard)/.*\\.(test|fuzz|bench|case)\\.ts$',
      },
      to: { path: '^(cli|test|bench|gate|examples)/' },
    },
    {
      // Parsers and evaluators of recursive languages are recursive across their files; nothing else may be.
      name: 'no-circular',
      severity: 'error',
      from: { pathNot: '^(query|rules/template|protocol)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(bun|node):' },
    },
    {
      name: 'only-runtime-touches-the-world',
      severity: 'error',
      from: { path: '^(protocol|query|chart|rules)/', pathNot: '\\.(test|fuzz|bench|case)\\.ts$' },
      to: { path: '^(node:)?(fs|fs/promises|http|https|net|dgram|child_process|os|worker_threads|sqlite)$' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/testdata/)' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
