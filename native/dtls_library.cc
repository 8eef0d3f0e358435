#include "dtls_library.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <vector>

namespace {

// Of openssl/core_dispatch.h, unchanged in all of OpenSSL 3.
constexpr int kQueryOperation = 1027;
constexpr int kKeyKinds = 10;
constexpr int kDecoders = 21;

constexpr char kName[] = "siploadgen-dtls";
/** As a certificate holds a key (RFC 5280 4.1). */
constexpr char kPublicKey[] = "structure=SubjectPublicKeyInfo";
constexpr char kDer[] = "input=der";
/** Keys of certificates, of key exchange, and of the record layer with HMAC. */
constexpr const char* kNeededKeys[] = {"EC", "RSA", "RSA-PSS", "ED25519", "X25519", "HMAC"};

using Query = const OsslAlgorithm* (*)(void* provider, int operation, int* isTransient);

Query queryAll = nullptr;

/** The first of its names, which have colons between them. */
bool isNeededKey(const OsslAlgorithm& algorithm) {
  const size_t length = strcspn(algorithm.names, ":");
  return std::any_of(std::begin(kNeededKeys), std::end(kNeededKeys), [&](const char* name) {
    return strlen(name) == length && strncmp(name, algorithm.names, length) == 0;
  });
}

bool isNeededDecoder(const OsslAlgorithm& algorithm) {
  return isNeededKey(algorithm) && strstr(algorithm.properties, kPublicKey) != nullptr &&
         strstr(algorithm.properties, kDer) != nullptr;
}

/** Both end with one that has no name. */
std::vector<OsslAlgorithm> neededOf(const OsslAlgorithm* all, bool (*isNeeded)(const OsslAlgorithm&)) {
  std::vector<OsslAlgorithm> needed;
  for (; all->names != nullptr; all++) {
    if (isNeeded(*all)) needed.push_back(*all);
  }
  needed.push_back({});
  return needed;
}

const OsslAlgorithm* query(void* provider, int operation, int* isTransient) {
  const OsslAlgorithm* all = queryAll(provider, operation, isTransient);
  if (all == nullptr || (operation != kKeyKinds && operation != kDecoders)) return all;
  static const auto keyKinds = neededOf(queryAll(provider, kKeyKinds, isTransient), isNeededKey);
  static const auto decoders = neededOf(queryAll(provider, kDecoders, isTransient), isNeededDecoder);
  return operation == kKeyKinds ? keyKinds.data() : decoders.data();
}

/** The default provider's, but for what it answers to queries. */
int begin(const ossl_core_handle_st* handle, const OsslDispatch* in, const OsslDispatch** out, void** provider) {
  const OsslDispatch* all = nullptr;
  if (openssl.ossl_default_provider_init(handle, in, &all, provider) != 1) return 0;
  static std::vector<OsslDispatch> own;
  own.clear();
  for (; all->number != 0; all++) {
    own.push_back(*all);
    if (all->number != kQueryOperation) continue;
    queryAll = reinterpret_cast<Query>(all->function);
    own.back().function = reinterpret_cast<void (*)()>(query);
  }
  own.push_back({});
  *out = own.data();
  return queryAll != nullptr;
}

ossl_lib_ctx_st* open() {
  if (!openssl.missingForDtlsLibrary.empty()) return nullptr;
  ossl_lib_ctx_st* library = openssl.OSSL_LIB_CTX_new();
  if (library == nullptr) return nullptr;
  if (openssl.OSSL_PROVIDER_add_builtin(library, kName, begin) == 1 &&
      openssl.OSSL_PROVIDER_load(library, kName) != nullptr) {
    return library;
  }
  openssl.OSSL_LIB_CTX_free(library);
  return nullptr;
}

}  // namespace

ossl_lib_ctx_st* dtlsLibrary() {
  static ossl_lib_ctx_st* const library = open();
  return library;
}
