// SRTP for JavaScript: src/native/srtp-addon.ts says what each function takes and gives.
#pragma once

#include <node_api.h>

#include <memory>

#include "srtp_sender.h"

/** Behind a handle of JavaScript's: `RtpSender` may share it. */
using SharedSrtpSender = std::shared_ptr<SrtpSender>;

/** An object with the functions, or a text that says why there is none. */
napi_value createSrtpBinding(napi_env env);
