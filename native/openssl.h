// The few functions of OpenSSL 3 that are used, as the node binary exports them: no header of OpenSSL is needed to build.
// Node-API promises nothing about them, so they are looked for when the addon is loaded, part by part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

struct asn1_string_st;
struct bio_method_st;
struct bio_st;
struct engine_st;
struct evp_cipher_ctx_st;
struct evp_cipher_st;
struct evp_md_st;
struct evp_pkey_st;
struct gcm128_context;
struct ossl_core_handle_st;
struct ossl_lib_ctx_st;
struct ossl_provider_st;
struct ssl_ctx_st;
struct ssl_method_st;
struct ssl_st;
struct x509_name_st;
struct x509_st;
struct x509_store_ctx_st;

/** SHA_CTX of openssl/sha.h, which gives it in full. */
struct Sha1State {
  uint32_t chain[5];
  /** Of what has been taken. */
  uint32_t bitsLow;
  uint32_t bitsHigh;
  uint32_t waiting[16];
  uint32_t waitingBytes;
};

/** AES_KEY of openssl/aes.h, which gives it in full. */
struct AesSchedule {
  uint32_t roundKeys[60];
  int rounds;
};

/** block128_f and ctr128_f of openssl/modes.h. */
using AesBlock = void (*)(const uint8_t* in, uint8_t* out, const AesSchedule*);
using AesCounterBlocks = void (*)(const uint8_t* in, uint8_t* out, size_t blocks, const AesSchedule*, const uint8_t* iv);

/** SRTP_PROTECTION_PROFILE of openssl/srtp.h. */
struct SrtpProfile {
  const char* name;
  unsigned long id;
};

/** OSSL_DISPATCH and OSSL_ALGORITHM of openssl/core.h: what a provider can do. */
struct OsslDispatch {
  int number;
  void (*function)();
};
struct OsslAlgorithm {
  const char* names;
  const char* properties;
  const OsslDispatch* functions;
  const char* description;
};

/** OSSL_provider_init_fn of openssl/core.h. */
using BeginProvider = int (*)(const ossl_core_handle_st*, const OsslDispatch* in, const OsslDispatch** out, void** provider);

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

/** What SRTP uses where it is there: modes.h of OpenSSL, and its code for AES-NI, as it has been since OpenSSL 1.0.1. */
#define OPENSSL_FOR_AES_NI(FUNCTION)                                                                            \
  FUNCTION(aesni_set_encrypt_key, int, (const uint8_t* key, int bits, AesSchedule*))                            \
  FUNCTION(aesni_encrypt, void, (const uint8_t* in, uint8_t* out, const AesSchedule*))                          \
  FUNCTION(aesni_ctr32_encrypt_blocks, void,                                                                    \
           (const uint8_t* in, uint8_t* out, size_t blocks, const AesSchedule*, const uint8_t* iv))             \
  FUNCTION(CRYPTO_ctr128_encrypt_ctr32, void,                                                                   \
           (const uint8_t* in, uint8_t* out, size_t, const AesSchedule*, uint8_t* iv, uint8_t* unused,          \
            unsigned* used, AesCounterBlocks))                                                                  \
  FUNCTION(CRYPTO_gcm128_new, gcm128_context*, (AesSchedule*, AesBlock))                                        \
  FUNCTION(CRYPTO_gcm128_release, void, (gcm128_context*))                                                      \
  FUNCTION(CRYPTO_gcm128_init, void, (gcm128_context*, AesSchedule*, AesBlock))                                 \
  FUNCTION(CRYPTO_gcm128_setiv, void, (gcm128_context*, const uint8_t* iv, size_t))                             \
  FUNCTION(CRYPTO_gcm128_aad, int, (gcm128_context*, const uint8_t*, size_t))                                   \
  FUNCTION(CRYPTO_gcm128_encrypt_ctr32, int,                                                                    \
           (gcm128_context*, const uint8_t* in, uint8_t* out, size_t, AesCounterBlocks))                        \
  FUNCTION(CRYPTO_gcm128_decrypt_ctr32, int,                                                                    \
           (gcm128_context*, const uint8_t* in, uint8_t* out, size_t, AesCounterBlocks))                        \
  FUNCTION(CRYPTO_gcm128_finish, int, (gcm128_context*, const uint8_t* tag, size_t))                            \
  FUNCTION(CRYPTO_gcm128_tag, void, (gcm128_context*, uint8_t* tag, size_t))

/** What DTLS uses. */
#define OPENSSL_FOR_DTLS(FUNCTION)                                                                              \
  FUNCTION(DTLS_method, const ssl_method_st*, ())                                                               \
  FUNCTION(SSL_CTX_new_ex, ssl_ctx_st*, (ossl_lib_ctx_st*, const char* properties, const ssl_method_st*))       \
  FUNCTION(SSL_CTX_free, void, (ssl_ctx_st*))                                                                   \
  FUNCTION(SSL_CTX_ctrl, long, (ssl_ctx_st*, int, long, void*))                                                 \
  FUNCTION(SSL_CTX_set_options, uint64_t, (ssl_ctx_st*, uint64_t))                                              \
  FUNCTION(SSL_CTX_set_cipher_list, int, (ssl_ctx_st*, const char*))                                            \
  FUNCTION(SSL_CTX_set_verify, void, (ssl_ctx_st*, int, int (*)(int, x509_store_ctx_st*)))                      \
  FUNCTION(SSL_CTX_set_cert_verify_callback, void, (ssl_ctx_st*, int (*)(x509_store_ctx_st*, void*), void*))    \
  FUNCTION(SSL_CTX_use_certificate, int, (ssl_ctx_st*, x509_st*))                                               \
  FUNCTION(SSL_CTX_use_PrivateKey, int, (ssl_ctx_st*, evp_pkey_st*))                                            \
  FUNCTION(SSL_CTX_set_tlsext_use_srtp, int, (ssl_ctx_st*, const char*))                                        \
  FUNCTION(SSL_new, ssl_st*, (ssl_ctx_st*))                                                                     \
  FUNCTION(SSL_free, void, (ssl_st*))                                                                           \
  FUNCTION(SSL_ctrl, long, (ssl_st*, int, long, void*))                                                         \
  FUNCTION(SSL_set_bio, void, (ssl_st*, bio_st*, bio_st*))                                                      \
  FUNCTION(SSL_set_connect_state, void, (ssl_st*))                                                              \
  FUNCTION(SSL_set_accept_state, void, (ssl_st*))                                                               \
  FUNCTION(SSL_do_handshake, int, (ssl_st*))                                                                    \
  FUNCTION(SSL_read, int, (ssl_st*, void*, int))                                                                \
  FUNCTION(SSL_shutdown, int, (ssl_st*))                                                                        \
  FUNCTION(SSL_get_error, int, (const ssl_st*, int))                                                            \
  FUNCTION(SSL_get1_peer_certificate, x509_st*, (const ssl_st*))                                                \
  FUNCTION(SSL_get_selected_srtp_profile, SrtpProfile*, (ssl_st*))                                              \
  FUNCTION(SSL_export_keying_material, int,                                                                     \
           (ssl_st*, uint8_t*, size_t, const char* label, size_t, const uint8_t* context, size_t, int use))     \
  FUNCTION(ERR_clear_error, void, ())                                                                           \
  FUNCTION(ERR_peek_error, unsigned long, ())                                                                   \
  FUNCTION(ERR_reason_error_string, const char*, (unsigned long))                                               \
  FUNCTION(BIO_meth_new, bio_method_st*, (int, const char*))                                                    \
  FUNCTION(BIO_meth_set_write, int, (bio_method_st*, int (*)(bio_st*, const char*, int)))                       \
  FUNCTION(BIO_meth_set_read, int, (bio_method_st*, int (*)(bio_st*, char*, int)))                              \
  FUNCTION(BIO_meth_set_ctrl, int, (bio_method_st*, long (*)(bio_st*, int, long, void*)))                       \
  FUNCTION(BIO_new, bio_st*, (const bio_method_st*))                                                            \
  FUNCTION(BIO_set_data, void, (bio_st*, void*))                                                                \
  FUNCTION(BIO_get_data, void*, (bio_st*))                                                                      \
  FUNCTION(BIO_set_init, void, (bio_st*, int))                                                                  \
  FUNCTION(BIO_set_flags, void, (bio_st*, int))                                                                 \
  FUNCTION(BIO_clear_flags, void, (bio_st*, int))                                                               \
  FUNCTION(EVP_PKEY_Q_keygen, evp_pkey_st*, (ossl_lib_ctx_st*, const char*, const char*, ...))                  \
  FUNCTION(EVP_PKEY_free, void, (evp_pkey_st*))                                                                 \
  FUNCTION(EVP_sha256, const evp_md_st*, ())                                                                    \
  FUNCTION(RAND_bytes, int, (uint8_t*, int))                                                                    \
  FUNCTION(X509_new_ex, x509_st*, (ossl_lib_ctx_st*, const char* properties))                                   \
  FUNCTION(X509_free, void, (x509_st*))                                                                         \
  FUNCTION(X509_set_version, int, (x509_st*, long))                                                             \
  FUNCTION(X509_get_serialNumber, asn1_string_st*, (x509_st*))                                                  \
  FUNCTION(ASN1_INTEGER_set_uint64, int, (asn1_string_st*, uint64_t))                                           \
  FUNCTION(X509_getm_notBefore, asn1_string_st*, (const x509_st*))                                              \
  FUNCTION(X509_getm_notAfter, asn1_string_st*, (const x509_st*))                                               \
  FUNCTION(X509_gmtime_adj, asn1_string_st*, (asn1_string_st*, long))                                           \
  FUNCTION(X509_set_pubkey, int, (x509_st*, evp_pkey_st*))                                                      \
  FUNCTION(X509_get_subject_name, x509_name_st*, (const x509_st*))                                              \
  FUNCTION(X509_NAME_add_entry_by_txt, int,                                                                     \
           (x509_name_st*, const char* field, int type, const uint8_t*, int length, int place, int set))        \
  FUNCTION(X509_set_issuer_name, int, (x509_st*, const x509_name_st*))                                          \
  FUNCTION(X509_sign, int, (x509_st*, evp_pkey_st*, const evp_md_st*))                                          \
  FUNCTION(i2d_X509, int, (const x509_st*, uint8_t**))

/** What DTLS uses where it is there: the beginning of the default provider, which is its own affair, and a place for it. */
#define OPENSSL_FOR_DTLS_LIBRARY(FUNCTION)                                                                      \
  FUNCTION(ossl_default_provider_init, int,                                                                     \
           (const ossl_core_handle_st*, const OsslDispatch* in, const OsslDispatch** out, void** provider))     \
  FUNCTION(OSSL_LIB_CTX_new, ossl_lib_ctx_st*, ())                                                              \
  FUNCTION(OSSL_LIB_CTX_free, void, (ossl_lib_ctx_st*))                                                         \
  FUNCTION(OSSL_PROVIDER_add_builtin, int, (ossl_lib_ctx_st*, const char* name, BeginProvider))                 \
  FUNCTION(OSSL_PROVIDER_load, ossl_provider_st*, (ossl_lib_ctx_st*, const char* name))

struct OpenSsl {
#define OPENSSL_MEMBER(name, result, parameters) result(*name) parameters = nullptr;
  OPENSSL_FOR_SRTP(OPENSSL_MEMBER)
  OPENSSL_FOR_AES_NI(OPENSSL_MEMBER)
  OPENSSL_FOR_DTLS(OPENSSL_MEMBER)
  OPENSSL_FOR_DTLS_LIBRARY(OPENSSL_MEMBER)
#undef OPENSSL_MEMBER

  /** Why SRTP, AES-NI without EVP, DTLS, or a library of its own for DTLS cannot be had; empty when it can. */
  std::string missingForSrtp;
  std::string missingForAesNi;
  std::string missingForDtls;
  std::string missingForDtlsLibrary;

  OpenSsl();
};

/** Filled when the addon is loaded. */
extern const OpenSsl openssl;
