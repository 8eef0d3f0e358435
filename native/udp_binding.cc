#include "udp_binding.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

#include "monotonic_clock.h"
#include "values.h"

napi_value UdpBinding::create(napi_env env) {
  auto* self = new UdpBinding(env);
  napi_get_uv_event_loop(env, &self->loop_);
  napi_add_async_cleanup_hook(env, onTeardown, self, &self->teardown_);
  self->turnEnd_.start(self->loop_);
  napi_value object = nullptr;
  napi_create_object(env, &object);
  addFunction(env, object, "start", start, self);
  addFunction(env, object, "open", open, self);
  addFunction(env, object, "connect", connect, self);
  addFunction(env, object, "local", local, self);
  addFunction(env, object, "send", send, self);
  addFunction(env, object, "queuedBytes", queuedBytes, self);
  addFunction(env, object, "close", close, self);
  addFunction(env, object, "addressId", addressId, self);
  addFunction(env, object, "addressHost", addressHost, self);
  addFunction(env, object, "addressPort", addressPort, self);
  return object;
}

napi_value UdpBinding::start(napi_env env, napi_callback_info info) {
  Arguments<4> in(env, info);
  auto* self = static_cast<UdpBinding*>(in.data);
  napi_create_reference(env, in.at[0], 1, &self->onDatagrams_);
  napi_create_reference(env, in.at[1], 1, &self->onFailure_);
  napi_create_reference(env, in.at[2], 1, &self->agesOwner_);
  napi_create_reference(env, in.at[3], 1, &self->sourcesOwner_);
  void* memory = nullptr;
  napi_get_typedarray_info(env, in.at[2], nullptr, nullptr, &memory, nullptr, nullptr);
  self->ages_ = static_cast<double*>(memory);
  napi_get_typedarray_info(env, in.at[3], nullptr, nullptr, &memory, nullptr, nullptr);
  self->sources_ = static_cast<int32_t*>(memory);
  napi_value name = newText(env, "siploadgen:udp", NAPI_AUTO_LENGTH);
  napi_async_init(env, nullptr, name, &self->context_);
  return nullptr;
}

int32_t UdpBinding::freeId() {
  if (free_.empty()) {
    sockets_.emplace_back();
    return static_cast<int32_t>(sockets_.size() - 1);
  }
  const int32_t id = free_.back();
  free_.pop_back();
  return id;
}

napi_value UdpBinding::open(napi_env env, napi_callback_info info) {
  Arguments<5> in(env, info);
  auto* self = static_cast<UdpBinding*>(in.data);
  SocketAddress wanted;
  const auto port = static_cast<uint16_t>(intOf(env, in.at[1]));
  int error = SocketAddress::parse(textOf(env, in.at[0]), port, boolOf(env, in.at[2]), &wanted);
  if (error != 0) return newInt(env, error);
  auto socket = std::make_unique<Socket>(self, -1);
  error = socket->udp.open(wanted, intOf(env, in.at[3]));
  if (error == 0) error = socket->watch.start(self->loop_, socket->udp.fd());
  if (error != 0) return newInt(env, error);
  if (boolOf(env, in.at[4])) socket->outbox = std::make_unique<UdpOutbox>();
  self->held_++;
  socket->id = self->freeId();
  const int32_t id = socket->id;
  self->sockets_[id] = std::move(socket);
  return newInt(env, id);
}

UdpBinding::Socket* UdpBinding::socketAt(napi_env env, napi_value id) {
  const int32_t place = intOf(env, id);
  return place >= 0 && place < static_cast<int32_t>(sockets_.size()) ? sockets_[place].get() : nullptr;
}

napi_value UdpBinding::connect(napi_env env, napi_callback_info info) {
  Arguments<2> in(env, info);
  auto* self = static_cast<UdpBinding*>(in.data);
  Socket* socket = self->socketAt(env, in.at[0]);
  const SocketAddress* peer = self->addresses_.at(static_cast<uint32_t>(intOf(env, in.at[1])));
  return newInt(env, socket == nullptr || peer == nullptr ? -EBADF : socket->udp.connect(*peer));
}

/** The number of the address that the socket is bound to. */
napi_value UdpBinding::local(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  auto* self = static_cast<UdpBinding*>(in.data);
  Socket* socket = self->socketAt(env, in.at[0]);
  if (socket == nullptr) return newInt(env, -EBADF);
  return newInt(env, self->numberOf(socket->udp.local()));
}

napi_value UdpBinding::send(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  auto* self = static_cast<UdpBinding*>(in.data);
  Socket* socket = self->socketAt(env, in.at[0]);
  const int32_t to = intOf(env, in.at[2]);
  const SocketAddress* address = to < 0 ? nullptr : self->addresses_.at(static_cast<uint32_t>(to));
  if (socket == nullptr || (to >= 0 && address == nullptr)) return newInt(env, -EBADF);
  return newInt(env, self->put(*socket, in.at[1], address));
}

int UdpBinding::put(Socket& socket, napi_value text, const SocketAddress* to) {
  if (socket.outbox == nullptr) return sendAlone(socket, text, to);
  size_t length = 0;
  napi_get_value_string_latin1(env_, text, socket.outbox->room(), UdpOutbox::kRoom, &length);
  // As much as there is room for, with a zero behind it, may be a part only.
  if (length + 1 == UdpOutbox::kRoom) {
    sendOut(socket);
    return sendAlone(socket, text, to);
  }
  if (socket.outbox->isEmpty()) {
    filled_.push_back(socket.id);
    turnEnd_.want();
  }
  if (socket.outbox->add(length, to, monotonicNs())) sendOut(socket);
  return 0;
}

int UdpBinding::sendAlone(Socket& socket, napi_value text, const SocketAddress* to) {
  size_t length = 0;
  napi_get_value_string_latin1(env_, text, text_, sizeof text_, &length);
  int error = 0;
  const UdpSocket::Sent sent = socket.udp.send(text_, length, to, &error);
  if (sent == UdpSocket::Sent::kQueued) socket.watch.wantWritable(true);
  return sent == UdpSocket::Sent::kFailed ? error : 0;
}

void UdpBinding::sendOut(Socket& socket) {
  if (socket.outbox->flush(socket.udp, &failures_)) socket.watch.wantWritable(true);
  for (const auto& failure : failures_) refused_.push_back({socket.id, failure});
  failures_.clear();
}

void UdpBinding::sendAllOut() {
  for (const int32_t id : filled_) {
    Socket* socket = sockets_[id].get();
    if (socket != nullptr && socket->outbox != nullptr) sendOut(*socket);
  }
  filled_.clear();
}

void UdpBinding::onTurnEnd(void* binding) {
  auto* self = static_cast<UdpBinding*>(binding);
  napi_handle_scope scope;
  napi_open_handle_scope(self->env_, &scope);
  self->sendAllOut();
  // Who hears of it may send something else.
  while (!self->refused_.empty()) {
    for (const auto& [id, failure] : std::exchange(self->refused_, {})) {
      self->tellFailure(id, failure.error, failure.to.length() > 0 ? self->numberOf(failure.to) : -1);
    }
    self->sendAllOut();
  }
  napi_close_handle_scope(self->env_, scope);
}

napi_value UdpBinding::queuedBytes(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  auto* self = static_cast<UdpBinding*>(in.data);
  Socket* socket = self->socketAt(env, in.at[0]);
  if (socket == nullptr) return newInt(env, 0);
  if (socket->outbox != nullptr) self->sendOut(*socket);
  return newInt(env, static_cast<int64_t>(socket->udp.queuedBytes()));
}

napi_value UdpBinding::close(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  auto* self = static_cast<UdpBinding*>(in.data);
  Socket* socket = self->socketAt(env, in.at[0]);
  if (socket != nullptr) self->close(*socket);
  return nullptr;
}

void UdpBinding::close(Socket& socket) {
  if (socket.outbox != nullptr) sendOut(socket);
  const auto isIts = [&socket](const Refusal& refusal) { return refusal.id == socket.id; };
  refused_.erase(std::remove_if(refused_.begin(), refused_.end(), isIts), refused_.end());
  // The last chance of what waits for room; what still finds none is lost as any datagram may be.
  std::deque<UdpSocket::Failure> failures;
  socket.udp.flush(&failures);
  free_.push_back(socket.id);
  Socket* closing = sockets_[socket.id].release();
  closing->watch.close([](void* owner) {
    auto* closed = static_cast<Socket*>(owner);
    UdpBinding* binding = closed->binding;
    delete closed;
    binding->letGo();
  });
  closing->udp.close();
}

void UdpBinding::letGo() {
  held_--;
  if (!ending_ || held_ > 0) return;
  napi_remove_async_cleanup_hook(teardown_);
  delete this;
}

/** The thread ends: nothing of ours may be left on its event loop. */
void UdpBinding::onTeardown(napi_async_cleanup_hook_handle, void* binding) {
  auto* self = static_cast<UdpBinding*>(binding);
  self->ending_ = true;
  napi_async_destroy(self->env_, self->context_);
  for (auto& socket : self->sockets_) {
    if (socket != nullptr) self->close(*socket);
  }
  self->turnEnd_.close([](void* owner) { static_cast<UdpBinding*>(owner)->letGo(); });
}

napi_value UdpBinding::addressId(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  auto* self = static_cast<UdpBinding*>(in.data);
  SocketAddress address;
  const auto port = static_cast<uint16_t>(intOf(env, in.at[1]));
  const int error = SocketAddress::parse(textOf(env, in.at[0]), port, boolOf(env, in.at[2]), &address);
  if (error != 0) return newInt(env, error);
  return newInt(env, self->numberOf(address));
}

void UdpBinding::reserveNumbers(uint32_t count) {
  addresses_.reserve(count);
  sources_[DatagramBatch::kMost] = static_cast<int32_t>(addresses_.generation());
}

int32_t UdpBinding::numberOf(const SocketAddress& address) {
  reserveNumbers(1);
  return static_cast<int32_t>(addresses_.idOf(address));
}

napi_value UdpBinding::addressHost(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const SocketAddress* address = static_cast<UdpBinding*>(in.data)->addresses_.at(intOf(env, in.at[0]));
  const std::string host = address == nullptr ? "" : address->host();
  return newText(env, host.data(), host.size());
}

napi_value UdpBinding::addressPort(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const SocketAddress* address = static_cast<UdpBinding*>(in.data)->addresses_.at(intOf(env, in.at[0]));
  return newInt(env, address == nullptr ? 0 : address->port());
}

void UdpBinding::onReady(void* owner, bool readable, bool writable) {
  auto* socket = static_cast<Socket*>(owner);
  UdpBinding& binding = *socket->binding;
  napi_handle_scope scope;
  napi_open_handle_scope(binding.env_, &scope);
  const int32_t id = socket->id;
  if (writable) binding.flush(*socket);
  // JavaScript may have closed it meanwhile; the memory stays until the loop has let go.
  const auto isOpen = [&] { return binding.sockets_[id].get() == socket; };
  for (int batch = 0; readable && batch < kMostBatches && isOpen(); batch++) {
    if (binding.receive(*socket) < DatagramBatch::kMost) break;
  }
  binding.sendAllOut();
  napi_close_handle_scope(binding.env_, scope);
}

void UdpBinding::flush(Socket& socket) {
  std::deque<UdpSocket::Failure> failures;
  if (socket.udp.flush(&failures)) socket.watch.wantWritable(false);
  const int32_t id = socket.id;
  for (const auto& failure : failures) {
    const bool hasTarget = failure.to.length() > 0;
    tellFailure(id, failure.error, hasTarget ? numberOf(failure.to) : -1);
  }
}

int UdpBinding::receive(Socket& socket) {
  const int count = socket.udp.receive(batch_);
  socket.watch.tick(socket.rhythm.waits(std::max(count, 0), socket.udp.takenNs()));
  if (count == -EAGAIN || count == 0) return 0;
  if (count < 0) {
    tellFailure(socket.id, count, -1);
    return 0;
  }
  reserveNumbers(DatagramBatch::kMost);
  napi_value arguments[DatagramBatch::kMost + 1];
  arguments[0] = newInt(env_, socket.id);
  for (int i = 0; i < count; i++) {
    arguments[i + 1] = newText(env_, batch_.data(i), batch_.length(i));
    ages_[i] = static_cast<double>(socket.udp.ageNs(batch_, i)) / 1e6;
    sources_[i] = static_cast<int32_t>(addresses_.idOf(batch_.source(i)));
  }
  call(onDatagrams_, static_cast<size_t>(count) + 1, arguments);
  return count;
}

void UdpBinding::tellFailure(int32_t id, int error, int32_t addressId) {
  napi_value arguments[] = {newInt(env_, id), newInt(env_, error), newInt(env_, addressId)};
  call(onFailure_, 3, arguments);
}

void UdpBinding::call(napi_ref function, size_t count, napi_value* arguments) {
  napi_value callee = nullptr;
  napi_value receiver = nullptr;
  napi_get_reference_value(env_, function, &callee);
  napi_get_global(env_, &receiver);
  if (napi_make_callback(env_, context_, receiver, callee, count, arguments, nullptr) != napi_pending_exception) return;
  napi_value thrown = nullptr;
  if (napi_get_and_clear_last_exception(env_, &thrown) == napi_ok) napi_fatal_exception(env_, thrown);
}
