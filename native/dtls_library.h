// OpenSSL's algorithms for DTLS alone: those of its default provider, without kinds of keys and decoders of them that no
// handshake has. OpenSSL 3 asks every decoder about the key of each certificate that it reads, a quarter of what a
// handshake costs.
#pragma once

#include "openssl.h"

/** Made once, for as long as the process lives; nullptr, which is OpenSSL's own, where it cannot be had. */
ossl_lib_ctx_st* dtlsLibrary();
