import { html } from './html/html.js'
import { json } from './json.js'
import { junit } from './junit.js'
import { markdown } from './markdown.js'
import { prometheus } from './prometheus.js'
import type { Reporter } from './reporter.js'
import { sarif } from './sarif.js'
import { text } from './text.js'

/** All formats by the name that `--format` takes. */
export const reporters = { text, json, junit, html, markdown, prometheus, sarif } as const satisfies Record<
  string,
  Reporter
>

export type ReporterName = keyof typeof reporters
