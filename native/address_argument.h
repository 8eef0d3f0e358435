// The arguments `host`, `port`, `ipv6` of a function that JavaScript calls.
#pragma once

#include "socket_address.h"
#include "values.h"

/** 0, or a negative errno. */
inline int addressOf(napi_env env, const napi_value* arguments, SocketAddress* into) {
  const auto port = static_cast<uint16_t>(intOf(env, arguments[1]));
  return SocketAddress::parse(textOf(env, arguments[0]), port, boolOf(env, arguments[2]), into);
}
