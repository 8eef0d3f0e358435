// Loaded before a program that is measured: tells the most memory that it held, in kilobytes.
process.on('exit', () => process.stderr.write(`max rss ${process.resourceUsage().maxRSS} kB\n`))
