// What the statistics of a row have come to, for JavaScript: src/native/reception-addon.ts says what each function gives.
#pragma once

#include "reception_binding.h"

ReceiveColumns receiveColumnsOf(napi_env env, napi_value memory);
void addReceptionResults(napi_env env, napi_value object, ReceptionBinding* binding);
