using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;

namespace MarketChat.Infrastructure.Operations;

public static class KeyFiles
{
    /// <summary>
    /// Returns the names of the files in the folder that are neither a key of the data protection system (XML) nor an elliptic curve key
    /// (PEM), by their extension. Other files are ignored.
    /// </summary>
    public static List<string> FindDamaged(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(file => !IsReadable(file)).Select(file => Path.GetFileName(file))];

    private static bool IsReadable(string file)
    {
        try
        {
            switch (Path.GetExtension(file))
            {
                case ".xml":
                    _ = XDocument.Load(file);
                    break;
                case ".pem":
                    using (var key = ECDsa.Create()) key.ImportFromPem(File.ReadAllText(file));
                    break;
            }

            return true;
        }
        catch (Exception exception) when (
            exception is XmlException or ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
