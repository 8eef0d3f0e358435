// The one place where the parts of the addon are registered.
#include <node_api.h>

#include <cstring>

#include "dtls_binding.h"
#include "event_loop.h"
#include "rtp_binding.h"
#include "srtp_binding.h"
#include "udp_binding.h"

NAPI_MODULE_INIT() {
  // What event_loop.h takes for granted about the libuv of this executable.
  if (std::strcmp(uv_handle_type_name(kUvPoll), "poll") != 0 ||
      std::strcmp(uv_handle_type_name(kUvPrepare), "prepare") != 0) {
    napi_throw_error(env, nullptr, "this executable has another libuv than the native part knows");
    return nullptr;
  }
  napi_set_named_property(env, exports, "rtp", RtpBinding::create(env));
  napi_set_named_property(env, exports, "udp", UdpBinding::create(env));
  napi_set_named_property(env, exports, "srtp", createSrtpBinding(env));
  napi_set_named_property(env, exports, "dtls", createDtlsBinding(env));
  return exports;
}
