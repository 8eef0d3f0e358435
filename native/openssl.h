// The few functions of OpenSSL 3 that are used, as the node binary exports them: no header of OpenSSL is needed to build.
// Node-API promises nothing about them, so they are looked for when the addon is loaded, part by part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

struct engine_st;
struct evp_cipher_st;
struct evp_cipher_ctx_st;

/** SHA_CTX of openssl/sha.h, which gives it in full. */
struct Sha1State {
  uint32_t words[24];
};

// Of openssl/evp.h, unchanged since OpenSSL 1.1.
constexpr int kEvpGetTag = 0x10;
constexpr int kEvpSetTag = 0x11;

/** What SRTP uses: name, result, parameters. */
#define OPENSSL_FOR_SRTP(FUNCTION)                                                                              \
  FUNCTION(EVP_CIPHER_CTX_new, evp_cipher_ctx_st*, ())                                                          \
  FUNCTION(EVP_CIPHER_CTX_free, void, (evp_cipher_ctx_st*))                                                     \
  FUNCTION(EVP_CIPHER_CTX_ctrl, int, (evp_cipher_ctx_st*, int, int, void*))                                     \
  FUNCTION(EVP_CipherInit_ex, int,                                                                              \
           (evp_cipher_ctx_st*, const evp_cipher_st*, engine_st*, const uint8_t*, const uint8_t*, int encrypt)) \
  FUNCTION(EVP_CipherUpdate, int, (evp_cipher_ctx_st*, uint8_t*, int*, const uint8_t*, int))                    \
  FUNCTION(EVP_CipherFinal_ex, int, (evp_cipher_ctx_st*, uint8_t*, int*))                                       \
  FUNCTION(EVP_aes_128_ctr, const evp_cipher_st*, ())                                                           \
  FUNCTION(EVP_aes_256_ctr, const evp_cipher_st*, ())                                                           \
  FUNCTION(EVP_aes_128_gcm, const evp_cipher_st*, ())                                                           \
  FUNCTION(EVP_aes_256_gcm, const evp_cipher_st*, ())                                                           \
  FUNCTION(SHA1_Init, int, (Sha1State*))                                                                        \
  FUNCTION(SHA1_Update, int, (Sha1State*, const void*, size_t))                                                 \
  FUNCTION(SHA1_Final, int, (uint8_t*, Sha1State*))

struct OpenSsl {
#define OPENSSL_MEMBER(name, result, parameters) result(*name) parameters = nullptr;
  OPENSSL_FOR_SRTP(OPENSSL_MEMBER)
#undef OPENSSL_MEMBER

  /** Why SRTP cannot be done with it; empty when it can. */
  std::string missingForSrtp;

  OpenSsl();
};

/** Filled when the addon is loaded. */
extern const OpenSsl openssl;
