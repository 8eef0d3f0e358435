#include "openssl.h"

#include <dlfcn.h>

namespace {

constexpr unsigned long kMajor = 3;

/** Why this executable's OpenSSL, if there is one, cannot be used at all; empty when it can. */
std::string versionDefect() {
  using VersionNumber = unsigned long (*)();
  const auto version = reinterpret_cast<VersionNumber>(dlsym(RTLD_DEFAULT, "OpenSSL_version_num"));
  if (version == nullptr) return "this executable exports no OpenSSL";
  const unsigned long major = version() >> 28;
  return major == kMajor ? "" : "this executable has OpenSSL " + std::to_string(major) + ", not " + std::to_string(kMajor);
}

template <typename Function>
void find(const char* name, Function* function, std::string* missing) {
  *function = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
  if (*function == nullptr && missing->empty()) *missing = std::string("this executable exports no ") + name;
}

}  // namespace

OpenSsl::OpenSsl()
    : missingForSrtp(versionDefect()),
      missingForAesNi(missingForSrtp),
      missingForDtls(missingForSrtp),
      missingForDtlsLibrary(missingForSrtp) {
#define OPENSSL_FIND_FOR_SRTP(name, result, parameters) find(#name, &name, &missingForSrtp);
  OPENSSL_FOR_SRTP(OPENSSL_FIND_FOR_SRTP)
#undef OPENSSL_FIND_FOR_SRTP
#define OPENSSL_FIND_FOR_AES_NI(name, result, parameters) find(#name, &name, &missingForAesNi);
  OPENSSL_FOR_AES_NI(OPENSSL_FIND_FOR_AES_NI)
#undef OPENSSL_FIND_FOR_AES_NI
#define OPENSSL_FIND_FOR_DTLS(name, result, parameters) find(#name, &name, &missingForDtls);
  OPENSSL_FOR_DTLS(OPENSSL_FIND_FOR_DTLS)
#undef OPENSSL_FIND_FOR_DTLS
#define OPENSSL_FIND_FOR_DTLS_LIBRARY(name, result, parameters) find(#name, &name, &missingForDtlsLibrary);
  OPENSSL_FOR_DTLS_LIBRARY(OPENSSL_FIND_FOR_DTLS_LIBRARY)
#undef OPENSSL_FIND_FOR_DTLS_LIBRARY
}

const OpenSsl openssl;
