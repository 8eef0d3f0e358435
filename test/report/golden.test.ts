import { describe, expect, it } from 'vitest'
import { reporters } from '../../src/report/registry.js'
import { fixture } from './fixture.js'

/** uPlot's own code is not ours to hold still. */
const withoutLibrary = (page: string): string =>
  page
    .replace(/<script id="uplot">.*?<\/script>/s, '<script id="uplot">uPlot</script>')
    .replace(/<style>.*?:root \{/s, '<style>:root {')

const { json, ...rendered } = reporters

describe('every reporter renders the stored result as it did', () => {
  it.each(Object.values(rendered))('$name', async (reporter) => {
    const content = withoutLibrary(String(reporter.render(fixture())))
    // Named so that no formatter takes it for its own.
    await expect(content).toMatchFileSnapshot(`../golden/${reporter.file}.golden`)
  })
})

it('json is the result itself', () => {
  expect(JSON.parse(String(json.render(fixture())))).toEqual(fixture())
})

describe('the registry', () => {
  it('knows each reporter by its own name, with help and a file of its own', () => {
    for (const [name, reporter] of Object.entries(reporters)) {
      expect(reporter.name).toBe(name)
      expect(reporter.help).not.toBe('')
      expect(reporter.file.endsWith(`.${reporter.extension}`)).toBe(true)
    }
    expect(new Set(Object.values(reporters).map((reporter) => reporter.file)).size).toBe(Object.keys(reporters).length)
  })

  it('writes the files that the contract names', () => {
    const { json, html, junit, markdown } = reporters
    expect([json, html, junit, markdown].map((reporter) => reporter.file)).toEqual([
      'result.json',
      'report.html',
      'junit.xml',
      'summary.md',
    ])
  })
})
