// Tells on the event loop's thread when a descriptor can be read or written.
#pragma once

struct uv_loop_s;
struct uv_poll_s;
struct uv_timer_s;

class ReadinessWatch {
 public:
  using OnReady = void (*)(void* owner, bool readable, bool writable);

  /** `owner` is what `onReady` is called with. */
  ReadinessWatch(void* owner, OnReady onReady) : owner_(owner), onReady_(onReady) {}
  ReadinessWatch(const ReadinessWatch&) = delete;
  ReadinessWatch& operator=(const ReadinessWatch&) = delete;

  /** Watches for readability from now on: 0, or a negative errno. */
  int start(uv_loop_s* loop, int fd);
  /** Whether writability matters too. */
  void wantWritable(bool wanted);
  /** Whether readability is told of once a millisecond, be there anything or not, or as soon as there is something. */
  void tick(bool wanted);
  /** Nothing is told any more; the descriptor may be closed at once. `onClosed` runs when the loop has let go. */
  void close(void (*onClosed)(void* owner));

 private:
  static void onPoll(uv_poll_s* handle, int status, int events);
  static void onTick(uv_timer_s* handle);
  void arm();
  void letGo();

  void* owner_;
  OnReady onReady_;
  void (*onClosed_)(void* owner) = nullptr;
  /** Of a size that only libuv knows; freed when the loop has let go. */
  uv_poll_s* handle_ = nullptr;
  /** Made when it is first wanted. */
  uv_timer_s* timer_ = nullptr;
  uv_loop_s* loop_ = nullptr;
  /** Handles that the loop has yet to let go of, once closing. */
  int closing_ = 0;
  bool writable_ = false;
  bool ticks_ = false;
};
