// Calls once at the end of a turn of the event loop, before it waits for what comes next.
#pragma once

struct uv_loop_s;
struct uv_prepare_s;

class TurnEnd {
 public:
  using OnEnd = void (*)(void* owner);

  /** `owner` is what `onEnd` is called with. */
  TurnEnd(void* owner, OnEnd onEnd) : owner_(owner), onEnd_(onEnd) {}
  TurnEnd(const TurnEnd&) = delete;
  TurnEnd& operator=(const TurnEnd&) = delete;

  void start(uv_loop_s* loop);
  /** The turn that goes on now is to be told of. */
  void want();
  /** Nothing is told any more. `onClosed` runs when the loop has let go. */
  void close(void (*onClosed)(void* owner));

 private:
  static void onPrepare(uv_prepare_s* handle);

  void* owner_;
  OnEnd onEnd_;
  void (*onClosed_)(void* owner) = nullptr;
  /** Of a size that only libuv knows; freed when the loop has let go. */
  uv_prepare_s* handle_ = nullptr;
};
