#include "reception_binding.h"

#include <algorithm>
#include <string>

#include "address_argument.h"
#include "srtp_binding.h"
#include "values.h"

namespace {

/** Places of the registers, as src/native/reception-addon.ts names them. */
enum OpenRegister { kUnitsPerMs, kPtimeMs, kIsFixed, kInitialMs, kMinMs, kMaxMs };
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

struct Call {
  ReceptionBinding* binding;
  uint32_t row;

  template <typename Use>
  auto with(Use use) const {
    return binding->receiver->with(row, use);
  }
};

template <size_t Count>
Call callOf(napi_env env, const Arguments<Count>& in) {
  return {static_cast<ReceptionBinding*>(in.data), static_cast<uint32_t>(intOf(env, in.at[0]))};
}

/** The arguments `unitsPerMs`, `kinds`. */
PayloadTypes payloadTypesOf(napi_env env, const napi_value* arguments) {
  const auto units = memoryOf<double>(env, arguments[0]);
  const auto kinds = memoryOf<uint8_t>(env, arguments[1]);
  PayloadTypes types = {};
  std::copy_n(units.data, std::min(units.length, PayloadTypes::kCount), types.unitsPerMs.begin());
  std::copy_n(kinds.data, std::min(kinds.length, PayloadTypes::kCount), types.kinds.begin());
  return types;
}

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

napi_value openReception(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const Call call = callOf(env, in);
  const double* from = call.binding->registers;
  const JitterBufferSettings buffer = {from[kIsFixed] != 0, from[kInitialMs], from[kMinMs], from[kMaxMs]};
  RtpReceiver& receiver = *call.binding->receiver;
  const PayloadTypes* types = receiver.payloadTypes(payloadTypesOf(env, in.at + 1));
  receiver.openStream(call.row, {from[kUnitsPerMs], from[kPtimeMs], buffer, types});
  return nullptr;
}

napi_value usePayloadTypes(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const Call call = callOf(env, in);
  const PayloadTypes* types = call.binding->receiver->payloadTypes(payloadTypesOf(env, in.at + 1));
  call.with([=](ReceivedStream& stream) { stream.statistics.payloadTypes = types; });
  return nullptr;
}

napi_value setPtime(napi_env env, napi_callback_info info) {
  Arguments<2> in(env, info);
  const double ms = numberOf(env, in.at[1]);
  callOf(env, in).with([=](ReceivedStream& stream) { stream.statistics.setPtimeMs(ms); });
  return nullptr;
}

napi_value expectFrom(napi_env env, napi_callback_info info) {
  Arguments<6> in(env, info);
  ExpectedSource source;
  source.isKnown = true;
  // An address that is none is nobody's.
  if (addressOf(env, in.at + 1, &source.remote) != 0) source.remote = SocketAddress();
  source.policy = static_cast<ExpectedSource::Policy>(intOf(env, in.at[4]));
  const auto ssrcs = memoryOf<uint32_t>(env, in.at[5]);
  source.ssrcCount = std::min(ssrcs.length, ExpectedSource::kMostSsrcs);
  std::copy_n(ssrcs.data, source.ssrcCount, source.ssrcs.begin());
  callOf(env, in).with([=](ReceivedStream& stream) { stream.expectFrom(source); });
  return nullptr;
}

napi_value setUse(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const bool isHeard = boolOf(env, in.at[1]);
  const bool isExpecting = boolOf(env, in.at[2]);
  callOf(env, in).with([=](ReceivedStream& stream) {
    stream.isHeard = isHeard;
    stream.isExpecting = isExpecting;
  });
  return nullptr;
}

napi_value openUnder(napi_env env, napi_callback_info info) {
  Arguments<2> in(env, info);
  SrtpReceiverHandle srtp;
  if (const auto* handle = externalOf<SrtpReceiverHandle>(env, in.at[1])) srtp = *handle;
  callOf(env, in).with([&](ReceivedStream& stream) { stream.srtp.swap(srtp); });
  return nullptr;
}

napi_value formerSource(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const auto ssrc = static_cast<uint32_t>(numberOf(env, in.at[1]));
  const auto sequence = static_cast<uint16_t>(intOf(env, in.at[2]));
  callOf(env, in).with([=](ReceivedStream& stream) { stream.rememberSource(ssrc, sequence); });
  return nullptr;
}

napi_value countOn(napi_env env, napi_callback_info info) {
  Arguments<2> in(env, info);
  const Call call = callOf(env, in);
  call.binding->receiver->countOn(call.row, static_cast<uint32_t>(intOf(env, in.at[1])));
  return nullptr;
}

napi_value countNone(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const Call call = callOf(env, in);
  call.binding->receiver->countNone(call.row);
  return nullptr;
}

napi_value share(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const Call call = callOf(env, in);
  call.binding->receiver->share(call.row);
  return nullptr;
}

napi_value route(napi_env env, napi_callback_info info) {
  Arguments<6> in(env, info);
  RtpReceiver& receiver = *static_cast<ReceptionBinding*>(in.data)->receiver;
  const auto socket = static_cast<uint32_t>(intOf(env, in.at[0]));
  SocketAddress from;
  // Nothing comes from what is no address.
  if (addressOf(env, in.at + 1, &from) != 0) return nullptr;
  const auto ssrc = static_cast<uint32_t>(numberOf(env, in.at[4]));
  const int32_t row = intOf(env, in.at[5]);
  if (row < 0) receiver.endRoute(socket, from, ssrc);
  else receiver.route(socket, from, ssrc, static_cast<uint32_t>(row));
  return nullptr;
}

napi_value receiveBufferBytes(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const Call call = callOf(env, in);
  return newInt32(env, call.binding->receiver->receiveBufferBytes(call.row));
}

napi_value count(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const Bytes bytes = bytesOf(env, in.at[1]);
  const double atMs = numberOf(env, in.at[2]);
  RtpHeader header;
  if (!header.read(bytes.data, bytes.length)) return nullptr;
  callOf(env, in).with(
      [&](ReceivedStream& stream) { stream.statistics.receive(header, bytes.data, bytes.length, atMs); });
  return nullptr;
}

napi_value pause(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  callOf(env, in).with([](ReceivedStream& stream) { stream.statistics.pause(); });
  return nullptr;
}

napi_value markAnswered(napi_env env, napi_callback_info info) {
  Arguments<2> in(env, info);
  const double nowMs = numberOf(env, in.at[1]);
  callOf(env, in).with([=](ReceivedStream& stream) { stream.statistics.markAnswered(nowMs); });
  return nullptr;
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
  return newInt32(env, call.with([&](ReceivedStream& stream) {
    writeState(stream.statistics, call.binding->registers);
    return stream.statistics.closeInterval();
  }));
}

napi_value readState(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const Call call = callOf(env, in);
  call.with([&](ReceivedStream& stream) { writeState(stream.statistics, call.binding->registers); });
  return nullptr;
}

napi_value readFates(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const Call call = callOf(env, in);
  const PacketFates fates = call.with([](ReceivedStream& stream) { return stream.statistics.fates(); });
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
  const auto numbers = callOf(env, in).with([](ReceivedStream& stream) {
    const ReceiveStatistics& statistics = stream.statistics;
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
  const auto numbers = callOf(env, in).with([](ReceivedStream& stream) {
    std::vector<double> all;
    for (const auto& gap : stream.statistics.longGaps().all()) all.insert(all.end(), {gap.toMs, gap.ms});
    return all;
  });
  return numbersOf(env, numbers);
}

napi_value digits(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const std::string all = callOf(env, in).with([](ReceivedStream& stream) { return stream.statistics.digits(); });
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

void addReceptionFunctions(napi_env env, napi_value object, ReceptionBinding* binding) {
  addFunction(env, object, "openReception", openReception, binding);
  addFunction(env, object, "usePayloadTypes", usePayloadTypes, binding);
  addFunction(env, object, "setPtime", setPtime, binding);
  addFunction(env, object, "expectFrom", expectFrom, binding);
  addFunction(env, object, "setUse", setUse, binding);
  addFunction(env, object, "openUnder", openUnder, binding);
  addFunction(env, object, "formerSource", formerSource, binding);
  addFunction(env, object, "countOn", countOn, binding);
  addFunction(env, object, "countNone", countNone, binding);
  addFunction(env, object, "share", share, binding);
  addFunction(env, object, "route", route, binding);
  addFunction(env, object, "receiveBufferBytes", receiveBufferBytes, binding);
  addFunction(env, object, "count", count, binding);
  addFunction(env, object, "pause", pause, binding);
  addFunction(env, object, "markAnswered", markAnswered, binding);
  addFunction(env, object, "closeInterval", closeInterval, binding);
  addFunction(env, object, "readState", readState, binding);
  addFunction(env, object, "readFates", readFates, binding);
  addFunction(env, object, "timeline", timeline, binding);
  addFunction(env, object, "longGaps", longGaps, binding);
  addFunction(env, object, "digits", digits, binding);
}
