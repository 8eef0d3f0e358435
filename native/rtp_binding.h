// RTP for JavaScript: src/native/rtp-addon.ts says what each function takes and gives.
#pragma once

#include <node_api.h>

#include <memory>

#include "readiness_watch.h"
#include "reception_binding.h"
#include "rtp_receiver.h"
#include "rtp_sender.h"

/** The sockets and threads of one port of streams. */
class RtpBinding {
 public:
  /** An object with the functions that are of no port, `monotonicMs` and `open`. */
  static napi_value create(napi_env env);

 private:
  explicit RtpBinding(napi_env env) : env_(env), watch_(this, onReady) {}

  static napi_value open(napi_env env, napi_callback_info info);
  static napi_value monotonicMs(napi_env env, napi_callback_info info);

  static napi_value bind(napi_env env, napi_callback_info info);
  static napi_value send(napi_env env, napi_callback_info info);
  static napi_value sourceHost(napi_env env, napi_callback_info info);
  static napi_value sourcePort(napi_env env, napi_callback_info info);
  static napi_value closeSocket(napi_env env, napi_callback_info info);
  static napi_value showSent(napi_env env, napi_callback_info info);
  static napi_value addTrack(napi_env env, napi_callback_info info);
  static napi_value begin(napi_env env, napi_callback_info info);
  static napi_value start(napi_env env, napi_callback_info info);
  static napi_value stop(napi_env env, napi_callback_info info);
  static napi_value pushEvent(napi_env env, napi_callback_info info);
  static napi_value clearEvents(napi_env env, napi_callback_info info);
  static napi_value markTick(napi_env env, napi_callback_info info);
  static napi_value mark(napi_env env, napi_callback_info info);
  static napi_value close(napi_env env, napi_callback_info info);

  static void onReady(void* binding, bool readable, bool writable);
  static void onTeardown(napi_async_cleanup_hook_handle hook, void* binding);

  /** Nothing of it runs afterwards. What is left, which JavaScript may still hold, is deleted when its thread ends. */
  void close();
  void finish();

  napi_env env_;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle teardown_ = nullptr;
  /** Keeps the memory that JavaScript gave while threads use it. */
  napi_ref memory_ = nullptr;
  napi_ref onPackets_ = nullptr;
  /** Where JavaScript puts the settings of a start, and finds those of a stop. */
  double* registers_ = nullptr;
  std::unique_ptr<RtpReceiver> receiver_;
  std::unique_ptr<RtpSender> sender_;
  ReceptionBinding reception_ = {nullptr, nullptr};
  ReadinessWatch watch_;
  bool closed_ = false;
  /** The event loop has let go. */
  bool released_ = false;
  bool ending_ = false;
};
