#include "reception_results_binding.h"

#include <algorithm>
#include <string>
#include <vector>

#include "reception_call.h"
#include "values.h"

namespace {

/** Places of the registers, as src/native/reception-addon.ts names them. */
enum StateRegister {
  kSsrc,
  kHighest,
  kExtendedHighest,
  kCumulativeLost,
  kJitterUnits,
  kAudioPayloadType,
  kLearnedPtimeMs,
  kDelayMs,
  kMeanHeldMs,
};
enum FatesRegister {
  kExpected,
  kLost,
  kDiscarded,
  kRuns,
  kBurstDensity,
  kGapDensity,
  kBurstPackets,
  kGapPackets,
};

/** A new Float64Array. */
napi_value numbersOf(napi_env env, const std::vector<double>& numbers) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  napi_create_arraybuffer(env, numbers.size() * sizeof(double), &data, &buffer);
  std::copy(numbers.begin(), numbers.end(), static_cast<double*>(data));
  napi_create_typedarray(env, napi_float64_array, numbers.size(), buffer, 0, &array);
  return array;
}

void writeState(const ReceiveStatistics& statistics, double* into) {
  into[kSsrc] = statistics.ssrc();
  into[kHighest] = statistics.window().highest();
  into[kExtendedHighest] = static_cast<double>(statistics.window().extendedHighest());
  into[kCumulativeLost] = static_cast<double>(statistics.cumulativeLost());
  into[kJitterUnits] = statistics.jitterUnits();
  into[kAudioPayloadType] = statistics.audioPayloadType();
  into[kLearnedPtimeMs] = statistics.ptimeMs();
  into[kDelayMs] = statistics.jitterBuffer().delayMs();
  into[kMeanHeldMs] = statistics.jitterBuffer().meanHeldMs();
}

napi_value closeInterval(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const Call call = callOf(env, in);
  return newInt32(env, call.withStatistics([&](ReceiveStatistics& statistics) {
    writeState(statistics, call.binding->registers);
    return statistics.closeInterval();
  }));
}

napi_value readState(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const Call call = callOf(env, in);
  call.withStatistics([&](ReceiveStatistics& statistics) { writeState(statistics, call.binding->registers); });
  return nullptr;
}

napi_value readFates(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const Call call = callOf(env, in);
  const PacketFates fates = call.withStatistics([](ReceiveStatistics& statistics) { return statistics.fates(); });
  const BurstMetrics burst = fates.burst();
  double* into = call.binding->registers;
  into[kExpected] = static_cast<double>(fates.expected);
  into[kLost] = static_cast<double>(fates.lost);
  into[kDiscarded] = static_cast<double>(fates.discarded);
  into[kRuns] = static_cast<double>(fates.runs);
  into[kBurstDensity] = burst.burstDensity;
  into[kGapDensity] = burst.gapDensity;
  into[kBurstPackets] = burst.burstPackets;
  into[kGapPackets] = burst.gapPackets;
  return nullptr;
}

napi_value timeline(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const auto numbers = callOf(env, in).withStatistics([](ReceiveStatistics& statistics) {
    std::vector<double> all;
    if (!statistics.heard()) return all;
    const StreamTimeline& timeline = statistics.timeline();
    all = {timeline.startMs(), timeline.stepMs()};
    for (const auto& row : timeline.rows(statistics.totals())) {
      all.insert(all.end(), {row.expected, row.lost, row.discarded, row.jitterMs, row.gapMs});
    }
    return all;
  });
  return numbersOf(env, numbers);
}

napi_value longGaps(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const auto numbers = callOf(env, in).withStatistics([](ReceiveStatistics& statistics) {
    std::vector<double> all;
    for (const auto& gap : statistics.longGaps().all()) all.insert(all.end(), {gap.toMs, gap.ms});
    return all;
  });
  return numbersOf(env, numbers);
}

napi_value digits(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const std::string all = callOf(env, in).withStatistics([](ReceiveStatistics& statistics) { return statistics.digits(); });
  return newText(env, all.data(), all.size());
}

}  // namespace

ReceiveColumns receiveColumnsOf(napi_env env, napi_value memory) {
  const auto counters = [=](const char* name) { return columnOf<uint32_t>(env, memory, name).data; };
  const auto values = [=](const char* name) { return columnOf<double>(env, memory, name).data; };
  ReceiveColumns columns;
  columns.packetsReceived = counters("packetsReceived");
  columns.bytesReceived = counters("bytesReceived");
  columns.packetsExpected = counters("packetsExpected");
  columns.packetsReordered = counters("packetsReordered");
  columns.packetsDuplicated = counters("packetsDuplicated");
  columns.packetsLostAtStart = counters("packetsLostAtStart");
  columns.packetsDiscarded = counters("packetsDiscarded");
  columns.ssrcReceived = counters("ssrcReceived");
  columns.sourceChanges = counters("sourceChanges");
  columns.unexpectedSource = counters("unexpectedSource");
  columns.stalePackets = counters("stalePackets");
  columns.dtmfDigits = counters("dtmfDigits");
  columns.packetsLost = values("packetsLost");
  columns.jitterMs = values("jitterMs");
  columns.jitterMeanMs = values("jitterMeanMs");
  columns.jitterMaxMs = values("jitterMaxMs");
  columns.longestGapMs = values("longestGapMs");
  columns.firstPacketMs = values("firstPacketMs");
  columns.lastPacketMs = values("lastPacketMs");
  return columns;
}

void addReceptionResults(napi_env env, napi_value object, ReceptionBinding* binding) {
  addFunction(env, object, "closeInterval", closeInterval, binding);
  addFunction(env, object, "readState", readState, binding);
  addFunction(env, object, "readFates", readFates, binding);
  addFunction(env, object, "timeline", timeline, binding);
  addFunction(env, object, "longGaps", longGaps, binding);
  addFunction(env, object, "digits", digits, binding);
}
