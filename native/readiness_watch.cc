#include "readiness_watch.h"

#include <cstdlib>

#include "event_loop.h"

namespace {
template <typename Handle>
uv_handle_s* asHandle(Handle* handle) {
  return reinterpret_cast<uv_handle_s*>(handle);
}
}  // namespace

int ReadinessWatch::start(uv_loop_s* loop, int fd) {
  handle_ = static_cast<uv_poll_s*>(calloc(1, uv_handle_size(kUvPoll)));
  const int error = uv_poll_init(loop, handle_, fd);
  if (error != 0) {
    free(handle_);
    handle_ = nullptr;
    return error;
  }
  uv_handle_set_data(asHandle(handle_), this);
  loop_ = loop;
  arm();
  return 0;
}

void ReadinessWatch::arm() {
  const int events = (ticks_ ? 0 : kUvReadable) | (writable_ ? kUvWritable : 0);
  if (events == 0) uv_poll_stop(handle_);
  else uv_poll_start(handle_, events, onPoll);
}

void ReadinessWatch::tick(bool wanted) {
  if (wanted == ticks_ || handle_ == nullptr || closing_ > 0) return;
  ticks_ = wanted;
  if (timer_ == nullptr) {
    timer_ = static_cast<uv_timer_s*>(calloc(1, uv_handle_size(kUvTimer)));
    uv_timer_init(loop_, timer_);
    uv_handle_set_data(asHandle(timer_), this);
  }
  if (wanted) uv_timer_start(timer_, onTick, 1, 1);
  else uv_timer_stop(timer_);
  arm();
}

void ReadinessWatch::onTick(uv_timer_s* handle) {
  auto* self = static_cast<ReadinessWatch*>(uv_handle_get_data(asHandle(handle)));
  self->onReady_(self->owner_, true, false);
}

void ReadinessWatch::wantWritable(bool wanted) {
  if (wanted == writable_ || handle_ == nullptr) return;
  writable_ = wanted;
  arm();
}

void ReadinessWatch::onPoll(uv_poll_s* handle, int status, int events) {
  auto* self = static_cast<ReadinessWatch*>(uv_handle_get_data(asHandle(handle)));
  // An error that waits on the socket, such as ICMP's, comes as a status, and libuv has stopped watching: reading
  // takes the error out.
  if (status != 0) self->arm();
  self->onReady_(self->owner_, status != 0 || (events & kUvReadable) != 0, (events & kUvWritable) != 0);
}

void ReadinessWatch::close(void (*onClosed)(void* owner)) {
  onClosed_ = onClosed;
  const auto released = [](uv_handle_s* handle) {
    auto* self = static_cast<ReadinessWatch*>(uv_handle_get_data(handle));
    free(handle);
    self->letGo();
  };
  closing_ = timer_ == nullptr ? 1 : 2;
  uv_close(asHandle(handle_), released);
  if (timer_ != nullptr) uv_close(asHandle(timer_), released);
}

void ReadinessWatch::letGo() {
  if (--closing_ == 0) onClosed_(owner_);
}
