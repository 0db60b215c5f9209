import java.io.FileInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Verifies signatures of CAP messages with the JDK's own XML-DSig: java VerifyCap.java message.xml cert.pem … */
public class VerifyCap {
    public static void main(String[] args) throws Exception {
        for (int n = 0; n < args.length; n += 2) {
            System.out.println(holds(args[n], args[n + 1]) ? "valid" : "invalid");
        }
    }

    static boolean holds(String message, String pin) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(message);
        NodeList found = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
        X509Certificate certificate;
        try (FileInputStream file = new FileInputStream(pin)) {
            certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
        }
        DOMValidateContext context = new DOMValidateContext(certificate.getPublicKey(), found.item(0));
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.TRUE);
        return XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context).validate(context);
    }
}
