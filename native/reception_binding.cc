#include "reception_binding.h"

#include <algorithm>
#include <string>

#include "address_argument.h"
#include "reception_call.h"
#include "reception_results_binding.h"
#include "srtp_binding.h"
#include "values.h"

namespace {

/** Places of the registers, as src/native/reception-addon.ts names them. */
enum OpenRegister { kUnitsPerMs, kPtimeMs, kIsFixed, kInitialMs, kMinMs, kMaxMs };
/** The arguments `unitsPerMs`, `kinds`. */
PayloadTypes payloadTypesOf(napi_env env, const napi_value* arguments) {
  const auto units = memoryOf<double>(env, arguments[0]);
  const auto kinds = memoryOf<uint8_t>(env, arguments[1]);
  PayloadTypes types = {};
  std::copy_n(units.data, std::min(units.length, PayloadTypes::kCount), types.unitsPerMs.begin());
  std::copy_n(kinds.data, std::min(kinds.length, PayloadTypes::kCount), types.kinds.begin());
  return types;
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

}  // namespace

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
  addReceptionResults(env, object, binding);
}
