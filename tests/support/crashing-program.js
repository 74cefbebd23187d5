/** The program, with a defect: it falls over when it is told to. */
process.on('SIGUSR2', () => {
  throw new TypeError('It fell over "with a secret question" in hand.');
});
await import('../../bin/preheat.js');
