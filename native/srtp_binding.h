// SRTP for JavaScript: src/native/srtp-addon.ts says what each function takes and gives.
#pragma once

#include <node_api.h>

/** An object with the functions, or a text that says why there is none. */
napi_value createSrtpBinding(napi_env env);
