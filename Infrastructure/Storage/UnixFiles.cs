using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MarketChat.Infrastructure.Storage;

/// <summary>Permissions and ownership of files on Unix, for which .NET has no API. On Windows the methods do nothing.</summary>
public static partial class UnixFiles
{
    private const uint Root = 0;

    /// <summary>
    /// Makes every file and folder that this process creates from now on accessible to its own user only: database, photos, keys, logs and
    /// backups, whichever library creates them.
    /// </summary>
    public static void RestrictNewFilesToOwner()
    {
        if (!OperatingSystem.IsWindows()) _ = SetMask(0b000_111_111);
    }

    /// <summary>
    /// Gives files that a command created as root to the owner of a folder, under whose account the app runs. Does nothing for any other
    /// user.
    /// </summary>
    /// <param name="folder">The folder whose owner and group the files get.</param>
    /// <param name="paths">The files and folders, without what they contain.</param>
    public static void GiveToOwnerOf(string folder, IEnumerable<string> paths)
    {
        if (!OperatingSystem.IsLinux() || GetEffectiveUser() != Root || GetOwner(folder) is not var (user, group) || user == Root) return;
        foreach (var path in paths)
        {
            if (ChangeOwner(path, user, group) != 0 && File.Exists(path))
            {
                throw new OperatorException($"{path} cannot be given to the owner of {folder}: {Marshal.GetLastPInvokeErrorMessage()}.");
            }
        }
    }

    // The structure of statx(2) is the same on every architecture, unlike that of stat(2).
    [SupportedOSPlatform("linux")]
    private static (uint User, uint Group)? GetOwner(string path)
    {
        const int CurrentFolder = -100, Flags = 0, UserAndGroup = 0x18, UserOffset = 20, GroupOffset = 24;
        var status = new byte[256];
        return Statx(CurrentFolder, path, Flags, UserAndGroup, status) == 0
            ? (BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(UserOffset)),
                BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(GroupOffset)))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "umask"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint SetMask(uint mask);

    [LibraryImport("libc", EntryPoint = "geteuid"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint fields, [Out] byte[] status);
}
