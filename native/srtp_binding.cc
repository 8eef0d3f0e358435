#include "srtp_binding.h"

#include "dense_memory.h"
#include "openssl.h"
#include "values.h"

namespace {

/** About what a sender or a receiver with its ciphers holds, for the garbage collector's account. */
constexpr int64_t kHeldBytes = 512;

std::string octetsOf(napi_env env, napi_value value) {
  const Bytes bytes = bytesOf(env, value);
  return std::string(reinterpret_cast<const char*>(bytes.data), bytes.length);
}

/** Arguments `from` and after: profile, key, salt, MKI. */
SrtpMasterKey masterKeyOf(napi_env env, const napi_value* from) {
  return {SrtpSuite::of(intOf(env, from[0])), octetsOf(env, from[1]), octetsOf(env, from[2]), octetsOf(env, from[3])};
}

napi_value newSender(napi_env env, napi_callback_info info) {
  Arguments<4> in(env, info);
  const SrtpMasterKey master = masterKeyOf(env, in.at);
  return master.fits() ? newExternal(env, new SharedSrtpSender(std::allocate_shared<SrtpSender>(DenseAllocator<SrtpSender>(), master)), kHeldBytes) : nullptr;
}

napi_value newReceiver(napi_env env, napi_callback_info) {
  return newExternal(env, new SrtpReceiverHandle(std::allocate_shared<SharedSrtpReceiver>(DenseAllocator<SharedSrtpReceiver>())), kHeldBytes);
}

napi_value addKey(napi_env env, napi_callback_info info) {
  Arguments<5> in(env, info);
  const SrtpMasterKey master = masterKeyOf(env, in.at + 1);
  if (master.fits()) (*externalOf<SrtpReceiverHandle>(env, in.at[0]))->receiver.addKey(master);
  return nullptr;
}

using Protect = size_t (SrtpSender::*)(uint8_t* packet, size_t length, size_t room);
template <Protect protect>
napi_value protectIn(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const Bytes bytes = bytesOf(env, in.at[1]);
  const auto length = static_cast<size_t>(intOf(env, in.at[2]));
  SrtpSender& sender = **externalOf<SharedSrtpSender>(env, in.at[0]);
  return newInt32(env, static_cast<int32_t>((sender.*protect)(bytes.data, length, bytes.length)));
}

using Unprotect = SrtpResult (SrtpReceiver::*)(uint8_t* packet, size_t length);
template <Unprotect unprotect>
napi_value unprotectIn(napi_env env, napi_callback_info info) {
  Arguments<3> in(env, info);
  const Bytes bytes = bytesOf(env, in.at[1]);
  const auto length = static_cast<size_t>(intOf(env, in.at[2]));
  SharedSrtpReceiver& shared = **externalOf<SrtpReceiverHandle>(env, in.at[0]);
  std::lock_guard<std::mutex> lock(shared.mutex);
  const SrtpResult result = (shared.receiver.*unprotect)(bytes.data, length < bytes.length ? length : bytes.length);
  return newInt32(env, result.isClear ? static_cast<int32_t>(result.length) : -1 - static_cast<int32_t>(result.failure));
}

}  // namespace

napi_value createSrtpBinding(napi_env env) {
  const std::string& missing = openssl.missingForSrtp;
  if (!missing.empty()) return newText(env, missing.data(), missing.size());
  napi_value object = nullptr;
  napi_create_object(env, &object);
  addFunction(env, object, "newSender", newSender, nullptr);
  addFunction(env, object, "newReceiver", newReceiver, nullptr);
  addFunction(env, object, "addKey", addKey, nullptr);
  addFunction(env, object, "protectRtp", protectIn<&SrtpSender::protectRtp>, nullptr);
  addFunction(env, object, "protectRtcp", protectIn<&SrtpSender::protectRtcp>, nullptr);
  addFunction(env, object, "unprotectRtp", unprotectIn<&SrtpReceiver::unprotectRtp>, nullptr);
  addFunction(env, object, "unprotectRtcp", unprotectIn<&SrtpReceiver::unprotectRtcp>, nullptr);
  return object;
}
