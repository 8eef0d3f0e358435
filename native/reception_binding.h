// What was received, for JavaScript: src/native/reception-addon.ts says what each function takes and gives.
#pragma once

#include <node_api.h>

#include "rtp_receiver.h"

/** What the functions are called with; it lives as long as the object that has them is used. */
struct ReceptionBinding {
  RtpReceiver* receiver;
  /** Where JavaScript puts what a function takes, and finds what it gives. */
  double* registers;
};

void addReceptionFunctions(napi_env env, napi_value object, ReceptionBinding* binding);
