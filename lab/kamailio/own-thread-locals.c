// For Kamailio before 5.8 with OpenSSL 3: its processes inherit the thread-local state of OpenSSL, which lies in memory
// that they share, and two that meet an error of TLS at once free it twice; Kamailio ends (kamailio issues 3635, 3791).
// Preloaded, this lets each forked process begin without, so that OpenSSL makes one for each.
#include <pthread.h>

enum { keys = 16 };

static void forget(void) {
  for (pthread_key_t key = 0; key < keys; key++)
    if (pthread_getspecific(key) != 0) pthread_setspecific(key, 0);
}

__attribute__((constructor)) static void arm(void) { pthread_atfork(0, 0, forget); }
