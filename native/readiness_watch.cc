#include "readiness_watch.h"

#include <cstdlib>

#include "event_loop.h"

namespace {
uv_handle_s* asHandle(uv_poll_s* poll) {
  return reinterpret_cast<uv_handle_s*>(poll);
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
  arm();
  return 0;
}

void ReadinessWatch::arm() {
  uv_poll_start(handle_, kUvReadable | (writable_ ? kUvWritable : 0), onPoll);
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
  uv_close(asHandle(handle_), [](uv_handle_s* handle) {
    auto* self = static_cast<ReadinessWatch*>(uv_handle_get_data(handle));
    free(handle);
    self->onClosed_(self->owner_);
  });
}
