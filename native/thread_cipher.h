// A cipher of OpenSSL's for each thread, which is given the key with every packet: setting a key up takes less time than
// fetching what was set up before from memory, where there are thousands of streams with one each.
#pragma once

#include "openssl.h"

enum class CipherKind { kAes128Ctr, kAes128Gcm, kAes256Gcm };

/** The calling thread's. */
evp_cipher_ctx_st* threadCipher(CipherKind kind);
