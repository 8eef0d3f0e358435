#include "rtp_binding.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "address_argument.h"
#include "monotonic_clock.h"
#include "reception_binding.h"
#include "reception_results_binding.h"
#include "srtp_binding.h"
#include "values.h"

namespace {

/** Places of the registers, as src/native/rtp-addon.ts names them. */
enum Register {
  kSsrc,
  kPayloadType,
  kEventPayloadType,
  kSequence,
  kMarker,
  kTimestamp,
  kTimestampTick,
  kUnitsPerMs,
  kStartTick,
  kPeriodMs,
  kTrack,
  kFirstFrame,
  kDueTick,
};

std::unique_ptr<PayloadTrack> trackOf(napi_env env, napi_value bytes, napi_value lengths) {
  const auto payloads = memoryOf<uint8_t>(env, bytes);
  const auto each = memoryOf<uint32_t>(env, lengths);
  return std::make_unique<PayloadTrack>(payloads.data, each.data, each.length);
}

PacedSettings settingsOf(const double* registers) {
  PacedSettings settings;
  settings.ssrc = static_cast<uint32_t>(registers[kSsrc]);
  settings.payloadType = static_cast<uint8_t>(registers[kPayloadType]);
  settings.eventPayloadType = static_cast<int16_t>(registers[kEventPayloadType]);
  settings.sequence = static_cast<uint16_t>(registers[kSequence]);
  settings.marker = registers[kMarker] != 0;
  settings.timestamp = static_cast<uint32_t>(registers[kTimestamp]);
  settings.timestampTick = static_cast<int64_t>(registers[kTimestampTick]);
  settings.unitsPerMs = static_cast<uint32_t>(registers[kUnitsPerMs]);
  settings.startTick = static_cast<int64_t>(registers[kStartTick]);
  return settings;
}

RtpBinding* bindingOf(void* data) {
  return static_cast<RtpBinding*>(data);
}

}  // namespace

napi_value RtpBinding::create(napi_env env) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  addFunction(env, object, "monotonicMs", monotonicMs, nullptr);
  addFunction(env, object, "open", open, nullptr);
  return object;
}

napi_value RtpBinding::monotonicMs(napi_env env, napi_callback_info) {
  napi_value value = nullptr;
  napi_create_double(env, static_cast<double>(monotonicNs()) / kNsPerMs, &value);
  return value;
}

napi_value RtpBinding::open(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const auto originNs = static_cast<int64_t>(numberOf(env, in.at[0]) * kNsPerMs);
  const napi_value memory = in.at[1];
  const auto ring = columnOf<uint8_t>(env, memory, "ring");
  const auto shown = columnOf<uint8_t>(env, memory, "sentRing");
  const auto sent = columnOf<uint32_t>(env, memory, "packetsSent");
  SendColumns columns;
  columns.packetsSent = sent.data;
  columns.octetsSent = columnOf<uint32_t>(env, memory, "octetsSent").data;
  columns.sendsSkipped = columnOf<uint32_t>(env, memory, "sendsSkipped").data;
  columns.marksSent = columnOf<uint32_t>(env, memory, "marksSent").data;
  columns.spokenFromMs = columnOf<double>(env, memory, "spokenFromMs").data;
  columns.spokenToMs = columnOf<double>(env, memory, "spokenToMs").data;
  columns.lag = columnOf<uint32_t>(env, memory, "lag").data;
  columns.failures = columnOf<uint32_t>(env, memory, "failures").data;

  auto* self = new RtpBinding(env);
  self->registers_ = columnOf<double>(env, memory, "registers").data;
  self->receiver_ = std::make_unique<RtpReceiver>(PacketRing(ring.data, ring.length),
                                                  receiveColumnsOf(env, memory), originNs, sent.length);
  uv_loop_s* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  int error = self->receiver_->begin();
  if (error == 0) error = self->watch_.start(loop, self->receiver_->wakeFd());
  if (error != 0) {
    delete self;
    return newInt(env, error);
  }
  self->sender_ = std::make_unique<RtpSender>(columns, SentRing(shown.data, shown.length), originNs, sent.length);
  napi_create_reference(env, memory, 1, &self->memory_);
  napi_create_reference(env, in.at[2], 1, &self->onPackets_);
  napi_async_init(env, nullptr, newText(env, "siploadgen:rtp", NAPI_AUTO_LENGTH), &self->context_);
  napi_add_async_cleanup_hook(env, onTeardown, self, &self->teardown_);

  napi_value object = nullptr;
  napi_create_object(env, &object);
  addFunction(env, object, "bind", bind, self);
  addFunction(env, object, "send", send, self);
  addFunction(env, object, "sourceHost", sourceHost, self);
  addFunction(env, object, "sourcePort", sourcePort, self);
  addFunction(env, object, "closeSocket", closeSocket, self);
  addFunction(env, object, "showSent", showSent, self);
  addFunction(env, object, "addTrack", addTrack, self);
  addFunction(env, object, "begin", begin, self);
  addFunction(env, object, "start", start, self);
  addFunction(env, object, "stop", stop, self);
  addFunction(env, object, "pushEvent", pushEvent, self);
  addFunction(env, object, "clearEvents", clearEvents, self);
  addFunction(env, object, "markTick", markTick, self);
  addFunction(env, object, "mark", mark, self);
  addFunction(env, object, "close", close, self);
  self->reception_ = {self->receiver_.get(), columnOf<double>(env, memory, "reception").data};
  addReceptionFunctions(env, object, &self->reception_);
  return object;
}

napi_value RtpBinding::bind(napi_env env, napi_callback_info info) {
  Arguments<4> in(env, info);
  SocketAddress local;
  const int error = addressOf(env, in.at, &local);
  if (error != 0) return newInt(env, error);
  return newInt(env, bindingOf(in.data)->receiver_->open(local, intOf(env, in.at[3])));
}

napi_value RtpBinding::send(napi_env env, napi_callback_info info) {
  Arguments<5> in(env, info);
  const int fd = bindingOf(in.data)->receiver_->fd(static_cast<uint32_t>(intOf(env, in.at[0])));
  SocketAddress to;
  const int error = addressOf(env, in.at + 2, &to);
  if (error != 0) return newInt(env, error);
  const auto bytes = memoryOf<uint8_t>(env, in.at[1]);
  for (;;) {
    if (sendto(fd, bytes.data, bytes.length, MSG_DONTWAIT, to.get(), to.length()) >= 0) return newInt(env, 0);
    if (errno != EINTR) return newInt(env, -errno);
  }
}

napi_value RtpBinding::sourceHost(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const auto slot = static_cast<size_t>(intOf(env, in.at[0]));
  const std::string host = bindingOf(in.data)->receiver_->source(slot).host();
  return newText(env, host.data(), host.size());
}

napi_value RtpBinding::sourcePort(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const auto slot = static_cast<size_t>(intOf(env, in.at[0]));
  return newInt(env, bindingOf(in.data)->receiver_->source(slot).port());
}

napi_value RtpBinding::closeSocket(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  bindingOf(in.data)->receiver_->close(static_cast<uint32_t>(intOf(env, in.at[0])));
  return nullptr;
}

napi_value RtpBinding::showSent(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  bindingOf(in.data)->sender_->showSent(boolOf(env, in.at[0]));
  return nullptr;
}

napi_value RtpBinding::addTrack(napi_env env, napi_callback_info info) {
  Arguments<2> in(env, info);
  return newInt(env, bindingOf(in.data)->sender_->addTrack(trackOf(env, in.at[0], in.at[1])));
}

napi_value RtpBinding::begin(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  bindingOf(in.data)->sender_->open(static_cast<uint32_t>(intOf(env, in.at[0])));
  return nullptr;
}

napi_value RtpBinding::start(napi_env env, napi_callback_info info) {
  Arguments<6> in(env, info);
  auto* self = bindingOf(in.data);
  const double* registers = self->registers_;
  RtpSender::Start start;
  const int error = addressOf(env, in.at + 2, &start.to);
  if (error != 0) return newInt(env, error);
  start.fd = self->receiver_->fd(static_cast<uint32_t>(intOf(env, in.at[1])));
  if (const auto* srtp = externalOf<SharedSrtpSender>(env, in.at[5])) start.srtp = *srtp;
  start.settings = settingsOf(registers);
  start.periodMs = static_cast<int32_t>(registers[kPeriodMs]);
  start.track = static_cast<uint32_t>(registers[kTrack]);
  start.firstFrame = static_cast<size_t>(registers[kFirstFrame]);
  start.dueTick = static_cast<int64_t>(registers[kDueTick]);
  return newInt(env, self->sender_->start(static_cast<uint32_t>(intOf(env, in.at[0])), start));
}

napi_value RtpBinding::stop(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  auto* self = bindingOf(in.data);
  int64_t dueTick = 0;
  const PacedSettings left = self->sender_->stop(static_cast<uint32_t>(intOf(env, in.at[0])), &dueTick);
  double* registers = self->registers_;
  registers[kSequence] = left.sequence;
  registers[kMarker] = left.marker ? 1 : 0;
  registers[kTimestamp] = left.timestamp;
  registers[kTimestampTick] = static_cast<double>(left.timestampTick);
  registers[kDueTick] = static_cast<double>(dueTick);
  return nullptr;
}

napi_value RtpBinding::pushEvent(napi_env env, napi_callback_info info) {
  Arguments<4> in(env, info);
  const auto row = static_cast<uint32_t>(intOf(env, in.at[0]));
  const auto event = static_cast<uint8_t>(intOf(env, in.at[1]));
  bindingOf(in.data)->sender_->pushEvent(row, event, intOf(env, in.at[2]), intOf(env, in.at[3]));
  return nullptr;
}

napi_value RtpBinding::clearEvents(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newInt(env, bindingOf(in.data)->sender_->clearEvents(static_cast<uint32_t>(intOf(env, in.at[0]))));
}

napi_value RtpBinding::markTick(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newInt(env, bindingOf(in.data)->sender_->markTick(static_cast<uint32_t>(intOf(env, in.at[0]))));
}

napi_value RtpBinding::mark(napi_env env, napi_callback_info info) {
  Arguments<4> in(env, info);
  const auto row = static_cast<uint32_t>(intOf(env, in.at[0]));
  const auto startTick = static_cast<int64_t>(numberOf(env, in.at[1]));
  bindingOf(in.data)->sender_->mark(row, trackOf(env, in.at[2], in.at[3]), startTick);
  return nullptr;
}

napi_value RtpBinding::close(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  bindingOf(in.data)->close();
  return nullptr;
}

void RtpBinding::onReady(void* binding, bool, bool) {
  auto* self = bindingOf(binding);
  uint64_t count = 0;
  // What is read does not matter, only that the descriptor becomes quiet.
  if (read(self->receiver_->wakeFd(), &count, sizeof count) < 0) return;
  napi_env env = self->env_;
  napi_handle_scope scope;
  napi_open_handle_scope(env, &scope);
  napi_value callee = nullptr;
  napi_value receiver = nullptr;
  napi_get_reference_value(env, self->onPackets_, &callee);
  napi_get_global(env, &receiver);
  if (napi_make_callback(env, self->context_, receiver, callee, 0, nullptr, nullptr) == napi_pending_exception) {
    napi_value thrown = nullptr;
    if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok) napi_fatal_exception(env, thrown);
  }
  napi_close_handle_scope(env, scope);
}

void RtpBinding::close() {
  if (closed_) return;
  closed_ = true;
  sender_ = nullptr;
  // Before its descriptor is closed.
  watch_.close([](void* binding) {
    auto* self = bindingOf(binding);
    self->released_ = true;
    if (self->ending_) self->finish();
  });
  receiver_ = nullptr;
  napi_async_destroy(env_, context_);
  napi_delete_reference(env_, memory_);
  napi_delete_reference(env_, onPackets_);
}

/** The thread ends: nothing of ours may be left on its event loop. */
void RtpBinding::onTeardown(napi_async_cleanup_hook_handle, void* binding) {
  auto* self = bindingOf(binding);
  self->ending_ = true;
  self->close();
  if (self->released_) self->finish();
}

void RtpBinding::finish() {
  napi_remove_async_cleanup_hook(teardown_);
  delete this;
}
