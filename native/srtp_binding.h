// SRTP for JavaScript: src/native/srtp-addon.ts says what each function takes and gives.
#pragma once

#include <node_api.h>

#include <memory>

#include "srtp_receiver.h"
#include "srtp_sender.h"

/** Behind handles of JavaScript's: `RtpSender` and `RtpReceiver` may share them. */
using SharedSrtpSender = std::shared_ptr<SrtpSender>;
using SrtpReceiverHandle = std::shared_ptr<SharedSrtpReceiver>;

/** An object with the functions, or a text that says why there is none. */
napi_value createSrtpBinding(napi_env env);
