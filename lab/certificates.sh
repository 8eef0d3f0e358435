#!/bin/sh
# Makes a CA and a server certificate for lab.test and the given IP addresses: certificates.sh FOLDER [ADDRESS...]
set -eu
folder=$1
shift
domain=${LAB_DOMAIN:-lab.test}
names="DNS:$domain,DNS:localhost"
for address in "${@:-127.0.0.1}"; do names="$names,IP:$address"; done
mkdir -p "$folder"
cd "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -sha256 \
  -subj "/CN=$domain lab CA" -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -keyout ca.key -out ca.pem 2>ca.log
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -subj "/CN=$domain" \
  -keyout server.key -out server.csr 2>server.log
printf 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n' >server.ext
printf 'subjectAltName=%s,URI:sip:%s\n' "$names" "$domain" >>server.ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -sha256 -extfile server.ext \
  -out server.pem 2>>server.log
# The keys are for tests alone, and the daemons that read them may run as users of their own.
chmod 644 ca.key server.key
