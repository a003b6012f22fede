// Keys of Node.js, sshpk and node-forge, as NAME.FORMAT files; the passphrase of encrypted ones is in the environment.
const crypto = require('crypto');
const fs = require('fs');
const sshpk = require('sshpk');
const forge = require('node-forge');

const passphrase = process.env.PASSPHRASE;
const write = (program, type, format, locked, text, line) => {
  const name = `${program}.${type}.${format}.${locked ? 'locked' : 'open'}`;
  fs.writeFileSync(name, text, { mode: 0o600 });
  fs.writeFileSync(`${name}.public`, line);
};
const line = (pem) => sshpk.parsePrivateKey(pem, 'pem').toPublic().toString('ssh');

const types = {
  rsa: ['rsa', { modulusLength: 2048 }],
  ecdsa256: ['ec', { namedCurve: 'prime256v1' }],
  ecdsa384: ['ec', { namedCurve: 'secp384r1' }],
  ecdsa521: ['ec', { namedCurve: 'secp521r1' }],
  ed25519: ['ed25519', {}],
};
for (const [type, [name, options]] of Object.entries(types)) {
  const { privateKey } = crypto.generateKeyPairSync(name, options);
  const open = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const own = line(open);
  write('node', type, 'pkcs8', false, open, own);
  for (const cipher of ['aes-128-cbc', 'aes-256-cbc', 'des-ede3-cbc']) {
    const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher, passphrase });
    write('node', type, `pkcs8-${cipher}`, true, locked, own);
  }
  const traditional = { rsa: 'pkcs1', ec: 'sec1' }[name];
  if (traditional) {
    write('node', type, traditional, false, privateKey.export({ type: traditional, format: 'pem' }), own);
    const locked = privateKey.export({ type: traditional, format: 'pem', cipher: 'aes-256-cbc', passphrase });
    write('node', type, traditional, true, locked, own);
  }
  const key = sshpk.parsePrivateKey(open, 'pem');
  for (const format of ['pem', 'pkcs1', 'pkcs8', 'openssh', 'ssh']) {
    try {
      write('sshpk', type, format, false, key.toString(format), own);
      if (format !== 'pkcs1' && format !== 'pkcs8') {
        write('sshpk', type, format, true, key.toString(format, { passphrase }), own);
      }
    } catch (error) {
      console.error(`sshpk writes no ${type} as ${format}: ${error.message}`);
    }
  }
}
const pair = forge.pki.rsa.generateKeyPair(2048);
const pem = forge.pki.privateKeyToPem(pair.privateKey);
const own = line(pem);
write('node-forge', 'rsa', 'pkcs1', false, pem, own);
const info = forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(pair.privateKey));
write('node-forge', 'rsa', 'pkcs8', false, forge.pki.privateKeyInfoToPem(info), own);
write('node-forge', 'rsa', 'openssh', false, forge.ssh.privateKeyToOpenSSH(pair.privateKey), own);
write('node-forge', 'rsa', 'openssh', true, forge.ssh.privateKeyToOpenSSH(pair.privateKey, passphrase), own);
write('node-forge', 'rsa', 'ppk', false, forge.ssh.privateKeyToPutty(pair.privateKey, '', 'me'), own);
write('node-forge', 'rsa', 'ppk', true, forge.ssh.privateKeyToPutty(pair.privateKey, passphrase, 'me'), own);
for (const algorithm of ['aes128', 'aes192', 'aes256', '3des']) {
  const locked = forge.pki.encryptRsaPrivateKey(pair.privateKey, passphrase, { algorithm });
  write('node-forge', 'rsa', `pkcs8-${algorithm}`, true, locked, own);
  const legacy = forge.pki.encryptRsaPrivateKey(pair.privateKey, passphrase, { algorithm, legacy: true });
  write('node-forge', 'rsa', `pkcs1-${algorithm}`, true, legacy, own);
}
for (const prfAlgorithm of ['sha1', 'sha224', 'sha256', 'sha384', 'sha512']) {
  const locked = forge.pki.encryptRsaPrivateKey(pair.privateKey, passphrase, { algorithm: 'aes256', prfAlgorithm });
  write('node-forge', 'rsa', `pkcs8-${prfAlgorithm}`, true, locked, own);
}
