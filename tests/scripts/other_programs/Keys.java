// Keys of Java's own providers: PKCS#8, plain and encrypted with the algorithms that its providers have.
import java.nio.file.*;
import java.security.*;
import java.security.spec.*;
import java.util.*;
import javax.crypto.*;
import javax.crypto.spec.*;

public class Keys {
    static void write(String name, String label, byte[] der) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(Path.of(name), "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
    }

    static byte[] tagged(int tag, byte[]... parts) throws Exception {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) all.write(part);
        byte[] contents = all.toByteArray();
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        out.write(tag);
        if (contents.length >= 256) {
            out.write(0x82);
            out.write(contents.length >> 8);
        } else if (contents.length >= 128) {
            out.write(0x81);
        }
        out.write(contents.length);
        out.write(contents);
        return out.toByteArray();
    }

    // EncryptedPrivateKeyInfo; older Javas give the parameters together with the identifier of PBES2.
    static byte[] sealed(byte[] parameters, byte[] encrypted) throws Exception {
        byte[] identifier = {6, 9, 42, (byte) 134, 72, (byte) 134, (byte) 247, 13, 1, 5, 13};
        int inner = (parameters[1] & 0x80) == 0 ? 2 : 2 + (parameters[1] & 0x7f);
        boolean whole = parameters[inner] == 6;
        return tagged(0x30, whole ? parameters : tagged(0x30, identifier, parameters), tagged(4, encrypted));
    }

    public static void main(String[] arguments) throws Exception {
        char[] passphrase = System.getenv("PASSPHRASE").toCharArray();
        String[][] types = {{"rsa", "RSA", "2048"}, {"ecdsa256", "EC", "secp256r1"}, {"ecdsa384", "EC", "secp384r1"},
            {"ecdsa521", "EC", "secp521r1"}, {"ed25519", "Ed25519", ""}};
        for (String[] type : types) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(type[1]);
            if (type[1].equals("RSA")) generator.initialize(Integer.parseInt(type[2]));
            if (type[1].equals("EC")) generator.initialize(new ECGenParameterSpec(type[2]));
            KeyPair pair = generator.generateKeyPair();
            byte[] info = pair.getPrivate().getEncoded();
            String[] schemes = {"PBEWithSHA1AndDESede", "PBEWithHmacSHA1AndAES_128", "PBEWithHmacSHA256AndAES_128",
                "PBEWithHmacSHA256AndAES_256", "PBEWithHmacSHA512AndAES_256"};
            String name = "java." + type[0] + ".pkcs8";
            write(name + ".open", "PRIVATE KEY", info);
            write(name + ".open.spki", "PUBLIC KEY", pair.getPublic().getEncoded());
            for (String scheme : schemes) {
                SecretKey key = SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(passphrase));
                Cipher cipher = Cipher.getInstance(scheme);
                cipher.init(Cipher.ENCRYPT_MODE, key);
                AlgorithmParameters parameters = cipher.getParameters();
                byte[] encrypted = cipher.doFinal(info);
                // The name of a PBES2 scheme is its own; its object identifier is PBES2's.
                boolean pbes2 = scheme.contains("Hmac");
                byte[] der = pbes2 ? sealed(parameters.getEncoded(), encrypted)
                    : new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded();
                write(name + "-" + scheme + ".locked", "ENCRYPTED PRIVATE KEY", der);
                write(name + "-" + scheme + ".locked.spki", "PUBLIC KEY", pair.getPublic().getEncoded());
            }
        }
    }
}
