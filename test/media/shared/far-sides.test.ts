import { describe, expect, it } from 'vitest'
import { FarSides } from '../../../src/media/shared/far-sides.js'

const a = { host: '192.0.2.1', port: 4000 }
const b = { host: '192.0.2.1', port: 4002 }

function made() {
  const routes = new Map<string, string>()
  const sides = new FarSides<string>(({ host, port }, ssrc, member) => {
    const key = `${host}:${port}/${ssrc}`
    if (member === undefined) routes.delete(key)
    else routes.set(key, member)
  })
  const find = ({ host, port } = a, ssrc = 1) => sides.find(host, port, ssrc)
  return { sides, find, routes }
}

describe('FarSides', () => {
  it('knows who is at an address, and who is alone there', () => {
    const { sides } = made()
    sides.enter('x', a, [])
    expect([sides.alone(a), sides.alone(b)]).toEqual(['x', undefined])
    sides.enter('y', a, [])
    expect(sides.alone(a)).toBeUndefined()
    expect([...sides.at(a)]).toEqual(['x', 'y'])
    sides.leave('x', a, [])
    expect(sides.alone(a)).toBe('y')
    sides.leave('y', a, [])
    expect(sides.at(a).size).toBe(0)
  })

  it('finds a member by the source that it claims at an address, and there only', () => {
    const { sides, find, routes } = made()
    sides.enter('x', a, [1])
    sides.enter('y', a, [2])
    sides.enter('z', b, [1])
    sides.claim('x', a, 3)
    expect([1, 2, 3, 4].map((ssrc) => find(a, ssrc))).toEqual(['x', 'y', 'x', undefined])
    expect([find(b, 1), find(b, 2), sides.find('192.0.2.2', 4000, 1)]).toEqual(['z', undefined, undefined])
    expect(Object.fromEntries(routes)).toEqual({
      '192.0.2.1:4000/1': 'x',
      '192.0.2.1:4000/2': 'y',
      '192.0.2.1:4000/3': 'x',
      '192.0.2.1:4002/1': 'z',
    })
    sides.leave('x', a, [1, 3])
    sides.leave('y', a, [2])
    sides.leave('z', b, [1])
    expect(routes.size).toBe(0)
  })

  it('finds nobody by a source that two members claim, until one gives it up', () => {
    const { sides, find, routes } = made()
    sides.enter('x', a, [1])
    sides.enter('y', a, [1])
    expect(find(a, 1)).toBeUndefined()
    expect(sides.claimants(a, 1)).toEqual(['x', 'y'])
    expect(routes.size).toBe(0)
    sides.unclaim('x', a, 1)
    expect(find(a, 1)).toBe('y')
    expect(Object.fromEntries(routes)).toEqual({ '192.0.2.1:4000/1': 'y' })
  })

  it('tells anew what leads to a member, and nothing that leads to others', () => {
    const told: unknown[] = []
    const sides = new FarSides<string>((from, ssrc, member) => told.push([from.port, ssrc, member]))
    sides.enter('x', a, [1, 2])
    sides.enter('y', a, [2, 3])
    told.length = 0
    sides.announce('x', a, [1, 2])
    expect(told).toEqual([[4000, 1, 'x']])
  })
})
