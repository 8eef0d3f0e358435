import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Sockets, whole processes and other programs meet the real clock, and machines stall now and then. A test of these that
 * fails is run once more, and the reporter says so; what fails twice has failed. What is pure is never run again.
 */
const retry = 1

/** Tests of parts that own sockets or read the real clock. */
const realTime = [
  'test/agent/connection.test.ts',
  'test/base/wheel-clock.test.ts',
  'test/cli/live.test.ts',
  'test/cli/shard-process.test.ts',
  'test/contract/**/*.test.ts',
  'test/drill/calibrated.test.ts',
  'test/gateway/**/*.test.ts',
  'test/media/webrtc/**/*.test.ts',
  'test/metrics/self-observation.test.ts',
  'test/native/**/*.test.ts',
  'test/peers/**/*.test.ts',
  'test/probe/socket-network.test.ts',
  'test/sip/locate/node-resolver.test.ts',
  'test/transport/**/*.test.ts',
]

/** What both implementations, native and of Node.js, must do: these run once more without the native part. */
const portable = [
  'test/agent/connection.test.ts',
  'test/contract/hostile-packets.test.ts',
  'test/contract/srtp-streams.test.ts',
  'test/contract/transport.test.ts',
  'test/media/webrtc/stream-path.test.ts',
  'test/transport/socket-drops.test.ts',
  'test/transport/udp.test.ts',
]

/** Files that measure times or take all of the machine: one after the other, when all others are done. */
const alone = [
  'test/e2e/calibration.test.ts',
  'test/e2e/capacity.test.ts',
  'test/e2e/drill-measures.test.ts',
  'test/e2e/hearing.test.ts',
  'test/e2e/other-nodes.test.ts',
  'test/interop/baresip.test.ts',
  'test/interop/kamailio-quickstart.test.ts',
  'test/interop/media-tshark.test.ts',
  'test/interop/pacing.test.ts',
  'test/interop/sipp-10000.test.ts',
  'test/interop/sipp-batches.test.ts',
]

const globalSetup = 'test/peers/built-program.ts'

/** Files that run at once: Vitest would leave one of two CPUs idle, and more than two of whole programs come to be late. */
const files = Math.min(availableParallelism(), 2)
const atOnce = { maxWorkers: files, env: { SIPLOADGEN_TEST_WORKERS: String(files) } }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/interop/**', 'test/e2e/**', ...realTime],
          ...atOnce,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'sockets',
          sequence: { groupOrder: 0 },
          include: realTime,
          ...atOnce,
          retry,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'portable',
          sequence: { groupOrder: 0 },
          include: portable,
          ...atOnce,
          env: { ...atOnce.env, SIPLOADGEN_NATIVE: 'off' },
          retry,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup,
          sequence: { groupOrder: 1 },
          include: ['test/e2e/**/*.test.ts'],
          exclude: alone,
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...atOnce,
        },
      },
      {
        test: {
          name: 'interop',
          globalSetup,
          sequence: { groupOrder: 1 },
          include: ['test/interop/**/*.test.ts'],
          exclude: alone,
          retry,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          ...atOnce,
        },
      },
      {
        test: {
          name: 'alone',
          globalSetup,
          sequence: { groupOrder: 2 },
          include: alone,
          retry,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
