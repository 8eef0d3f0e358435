#include "thread_cipher.h"

namespace {

class ThreadCiphers {
 public:
  ThreadCiphers() {
    const evp_cipher_st* kinds[kKinds] = {openssl.EVP_aes_128_ctr(), openssl.EVP_aes_128_gcm(),
                                          openssl.EVP_aes_256_gcm()};
    for (size_t i = 0; i < kKinds; i++) {
      contexts_[i] = openssl.EVP_CIPHER_CTX_new();
      openssl.EVP_CipherInit_ex(contexts_[i], kinds[i], nullptr, nullptr, nullptr, 1);
    }
  }
  ~ThreadCiphers() {
    for (evp_cipher_ctx_st* context : contexts_) openssl.EVP_CIPHER_CTX_free(context);
  }

  evp_cipher_ctx_st* of(CipherKind kind) const { return contexts_[static_cast<size_t>(kind)]; }

 private:
  static constexpr size_t kKinds = 3;
  evp_cipher_ctx_st* contexts_[kKinds];
};

}  // namespace

evp_cipher_ctx_st* threadCipher(CipherKind kind) {
  thread_local ThreadCiphers ciphers;
  return ciphers.of(kind);
}
