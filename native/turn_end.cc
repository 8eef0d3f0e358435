#include "turn_end.h"

#include <cstdlib>

#include "event_loop.h"

namespace {
uv_handle_s* asHandle(uv_prepare_s* handle) {
  return reinterpret_cast<uv_handle_s*>(handle);
}
}  // namespace

void TurnEnd::start(uv_loop_s* loop) {
  handle_ = static_cast<uv_prepare_s*>(calloc(1, uv_handle_size(kUvPrepare)));
  uv_prepare_init(loop, handle_);
  uv_handle_set_data(asHandle(handle_), this);
}

void TurnEnd::want() {
  uv_prepare_start(handle_, onPrepare);
}

void TurnEnd::onPrepare(uv_prepare_s* handle) {
  uv_prepare_stop(handle);
  auto* self = static_cast<TurnEnd*>(uv_handle_get_data(asHandle(handle)));
  self->onEnd_(self->owner_);
}

void TurnEnd::close(void (*onClosed)(void* owner)) {
  onClosed_ = onClosed;
  uv_close(asHandle(handle_), [](uv_handle_s* handle) {
    auto* self = static_cast<TurnEnd*>(uv_handle_get_data(handle));
    free(handle);
    self->onClosed_(self->owner_);
  });
}
