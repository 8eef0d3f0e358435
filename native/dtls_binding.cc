#include "dtls_binding.h"

#include "dtls_endpoint.h"
#include "values.h"

namespace {

/** About what each holds, for the garbage collector's account. */
constexpr int64_t kIdentityBytes = 16384;
/**
 * Of an endpoint that was closed, as each is when its call ends. The 32 kB of OpenSSL are freed then, and are nothing
 * that collecting could free: told of them, V8 marks its whole heap every hundred set-ups.
 */
constexpr int64_t kEndpointBytes = 1024;

DtlsEndpoint* endpointOf(napi_env env, napi_value value) {
  return externalOf<DtlsEndpoint>(env, value);
}

napi_value newIdentity(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  auto* identity = new DtlsIdentity(textOf(env, in.at[0]));
  if (identity->defect().empty()) return newExternal(env, identity, kIdentityBytes);
  napi_value defect = newText(env, identity->defect().data(), identity->defect().size());
  delete identity;
  return defect;
}

napi_value ownCertificate(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newBuffer(env, externalOf<DtlsIdentity>(env, in.at[0])->certificate());
}

napi_value newEndpoint(napi_env env, napi_callback_info info) {
  Arguments<2> in(env, info);
  const auto role = boolOf(env, in.at[1]) ? DtlsEndpoint::Role::kClient : DtlsEndpoint::Role::kServer;
  return newExternal(env, new DtlsEndpoint(*externalOf<DtlsIdentity>(env, in.at[0]), role), kEndpointBytes);
}

napi_value newState(napi_env env, DtlsEndpoint::State state) {
  return newInt32(env, static_cast<int32_t>(state));
}

napi_value start(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newState(env, endpointOf(env, in.at[0])->start());
}

napi_value receive(napi_env env, napi_callback_info info) {
  Arguments<2> in(env, info);
  const Bytes bytes = bytesOf(env, in.at[1]);
  return newState(env, endpointOf(env, in.at[0])->receive(bytes.data, bytes.length));
}

napi_value onTimeout(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newState(env, endpointOf(env, in.at[0])->onTimeout());
}

napi_value close(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  endpointOf(env, in.at[0])->close();
  return nullptr;
}

napi_value take(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  std::string datagram;
  return endpointOf(env, in.at[0])->take(&datagram) ? newBuffer(env, datagram) : nullptr;
}

napi_value dueMs(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newInt32(env, endpointOf(env, in.at[0])->dueMs());
}

napi_value failure(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newInt32(env, static_cast<int32_t>(endpointOf(env, in.at[0])->failure()));
}

napi_value failureText(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  const std::string& text = endpointOf(env, in.at[0])->failureText();
  return newText(env, text.data(), text.size());
}

napi_value peerCertificate(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newBuffer(env, endpointOf(env, in.at[0])->certificate());
}

napi_value profile(napi_env env, napi_callback_info info) {
  Arguments<1> in(env, info);
  return newInt32(env, endpointOf(env, in.at[0])->profile());
}

napi_value exported(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const auto length = static_cast<size_t>(intOf(env, in.at[2]));
  return newBuffer(env, endpointOf(env, in.at[0])->exported(textOf(env, in.at[1]), length));
}

}  // namespace

napi_value createDtlsBinding(napi_env env) {
  const std::string& missing = openssl.missingForDtls;
  if (!missing.empty()) return newText(env, missing.data(), missing.size());
  napi_value object = nullptr;
  napi_create_object(env, &object);
  addFunction(env, object, "newIdentity", newIdentity, nullptr);
  addFunction(env, object, "ownCertificate", ownCertificate, nullptr);
  addFunction(env, object, "newEndpoint", newEndpoint, nullptr);
  addFunction(env, object, "start", start, nullptr);
  addFunction(env, object, "receive", receive, nullptr);
  addFunction(env, object, "onTimeout", onTimeout, nullptr);
  addFunction(env, object, "close", close, nullptr);
  addFunction(env, object, "take", take, nullptr);
  addFunction(env, object, "dueMs", dueMs, nullptr);
  addFunction(env, object, "failure", failure, nullptr);
  addFunction(env, object, "failureText", failureText, nullptr);
  addFunction(env, object, "peerCertificate", peerCertificate, nullptr);
  addFunction(env, object, "profile", profile, nullptr);
  addFunction(env, object, "exported", exported, nullptr);
  return object;
}
