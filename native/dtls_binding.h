// DTLS for JavaScript: src/native/dtls-addon.ts says what each function takes and gives.
#pragma once

#include <node_api.h>

/** An object with the functions, or a text that says why there is none. */
napi_value createDtlsBinding(napi_env env);
