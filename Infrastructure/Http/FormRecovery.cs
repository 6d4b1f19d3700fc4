using System.IO.Compression;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Keeps the text fields of a form that was posted after its session had ended, and fills them in when the page is shown again, after the
/// user has signed in. The fields are in an encrypted cookie of the user's browser, so that a server keeps nothing for visitors who are
/// signed out, and a restart loses nothing. The cookie's path is the form's page, so no other request carries it. The page finds its cookie
/// by the query parameter <see cref="QueryParameter"/>, so that forms of several tabs do not replace each other.
/// </summary>
public sealed class FormRecovery(
    IDataProtectionProvider protection, IConfiguration configuration, IStringLocalizer<FormRecovery> localizer)
{
    /// <summary>The name of the hidden field with the id of the rendered form.</summary>
    public const string IdField = "FormId";

    /// <summary>The name of the hidden field with the id of the user for whom the form was rendered; the form is shown to no other user.
    /// </summary>
    public const string OwnerField = "FormOwner";

    public const string QueryParameter = "form";

    private const int MaxFieldLength = 32_000; // The longest text, in UTF-16 code units.
    private const int MaxCookieLength = 8_000; // Together with MaxForms: within the 32 KB that Kestrel accepts as request headers.
    private const int MaxForms = 3;

    private static readonly TimeSpan _lifetime = TimeSpan.FromHours(1);
    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ITimeLimitedDataProtector _protector =
        protection.CreateProtector(typeof(FormRecovery).FullName!).ToTimeLimitedDataProtector();

    private readonly string _cookiePrefix = configuration.GetCookieName("form-");
    private readonly ChunkingCookieManager _cookies = new(); // Browsers limit a cookie to 4 KB.

    /// <summary>Keeps the form of the request, if the page has a <see cref="RecoverableFormAttribute"/>.</summary>
    /// <returns>The URL that shows the form again; null if the request is not a form that such a page has rendered.</returns>
    public async Task<string?> SaveAsync(HttpContext http)
    {
        var request = http.Request;
        var page = http.GetEndpoint()?.Metadata.GetMetadata<RecoverableFormAttribute>();
        if (page is null || !HttpMethods.IsPost(request.Method) || request.WantsJson()) return null;
        var form = await ReadAsync(request, new([.. page.Fields, IdField, OwnerField], StringComparer.OrdinalIgnoreCase));
        if (form?.Fields.ContainsKey(OwnerField) is not true) return null;

        var id = GetId(request) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        DeleteSurplus(http, id);
        if (Encode(form) is { Length: <= MaxCookieLength } value)
        {
            _cookies.AppendResponseCookie(http, _cookiePrefix + id, value, CookieOptions(request));
        }

        var query = new QueryBuilder(request.Query.Where(parameter => parameter.Key != QueryParameter)) { { QueryParameter, id } };
        return UriHelper.BuildRelative(request.PathBase, request.Path, query.ToQueryString());
    }

    /// <summary>Fills in the kept form if the request is for one, and says why the user sees it again.</summary>
    public void Restore(HttpContext http, ModelStateDictionary form)
    {
        if (GetId(http.Request) is not { } id) return;
        var saved = Decode(_cookies.GetRequestCookie(http, _cookiePrefix + id));
        var isOwner = saved is not null
            && (saved.Fields.GetValueOrDefault(OwnerField) ?? "") == (http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "");
        var hasFields = saved?.Fields.Keys.Any(field => field is not (IdField or OwnerField)) is true;
        form.AddModelError("", localizer[saved is null ? "Lost" : !isOwner ? "OtherAccount" : hasFields ? "Recovered" : "NotSent"]);
        if (!isOwner) return;
        foreach (var (field, value) in saved!.Fields)
        {
            form.SetModelValue(field, value, value);
            form.MarkFieldSkipped(field);
        }

        http.Features.Set(saved);
    }

    /// <summary>Deletes the kept form after it has been posted.</summary>
    public void Delete(HttpContext http)
    {
        if (GetId(http.Request) is { } id) _cookies.DeleteCookie(http, _cookiePrefix + id, CookieOptions(http.Request));
    }

    /// <summary>Whether the page shows a form again that was posted with files, which the user has to pick again.</summary>
    public static bool HasLostFiles(HttpContext http) =>
        http.Features.Get<RecoveredForm>() is { HasFiles: true }
        || http.Features.Get<IFormFeature>()?.Form?.Files.Any(file => file.Length > 0) is true;

    private static string? GetId(HttpRequest request) =>
        request.Query[QueryParameter].ToString() is { Length: 16 } id && id.All(char.IsAsciiHexDigitLower) ? id : null;

    private static async Task<RecoveredForm?> ReadAsync(HttpRequest request, HashSet<string> known)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            if (!request.HasFormContentType || !TryLimit(request)) return null;
            var isRead = request.HttpContext.Features.Get<IFormFeature>()?.Form is not null;
            if (!isRead && request.GetMultipartBoundary() is { Length: > 0 } boundary)
            {
                return new(fields, await ReadMultipartAsync(request, boundary, known, fields));
            }

            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            foreach (var (name, values) in form.Where(field => known.Contains(field.Key))) fields[name] = values[0] ?? "";
            return new(fields, form.Files.Any(file => file.Length > 0));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return null; // Malformed.
        }
    }

    // The sender may be anybody: files are skipped rather than buffered on disk, as ReadFormAsync would, and long fields are cut.
    private static async Task<bool> ReadMultipartAsync(
        HttpRequest request, string boundary, HashSet<string> known, Dictionary<string, string> fields)
    {
        var hasFiles = false;
        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(request.HttpContext.RequestAborted) is { } section)
        {
            hasFiles |= section.AsFileSection() is { FileName.Length: > 0 };
            if (section.AsFormDataSection() is not { Name: var name } || !known.Contains(name)) continue;
            var buffer = new char[MaxFieldLength];
            using var text = new StreamReader(section.Body, Encoding.UTF8, leaveOpen: true);
            fields[name] = new string(buffer, 0, await text.ReadBlockAsync(buffer, request.HttpContext.RequestAborted));
        }

        return hasFiles;
    }

    // The limits of MaxRequestBodySizeAttribute, which is a filter and has not run yet if the visitor is signed out.
    private static bool TryLimit(HttpRequest request)
    {
        var limit = request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<MaxRequestBodySizeAttribute>()?.Bytes
            ?? MaxRequestBodySizeAttribute.DefaultBytes;
        if (request.ContentLength > limit) return false;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = limit;
        }

        return true;
    }

    private void DeleteSurplus(HttpContext http, string id)
    {
        var others = http.Request.Cookies.Keys
            .Where(name => name.StartsWith(_cookiePrefix, StringComparison.Ordinal) && name.Length == _cookiePrefix.Length + id.Length)
            .Where(name => name != _cookiePrefix + id)
            .ToList();
        foreach (var name in others.SkipLast(MaxForms - 1)) _cookies.DeleteCookie(http, name, CookieOptions(http.Request));
    }

    private static CookieOptions CookieOptions(HttpRequest request) => new()
    {
        Path = request.PathBase + request.Path,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = request.IsHttps,
        MaxAge = _lifetime,
        IsEssential = true,
    };

    private string Encode(RecoveredForm form)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal)) JsonSerializer.Serialize(brotli, form, _json);
        return WebEncoders.Base64UrlEncode(_protector.Protect(compressed.ToArray(), _lifetime));
    }

    private RecoveredForm? Decode(string? value)
    {
        if (string.IsNullOrEmpty(value)) return null;
        try
        {
            using var compressed = new MemoryStream(_protector.Unprotect(WebEncoders.Base64UrlDecode(value)));
            using var brotli = new BrotliStream(compressed, CompressionMode.Decompress);
            return JsonSerializer.Deserialize<RecoveredForm>(brotli, _json);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null; // Expired, or not ours.
        }
    }

    private sealed record RecoveredForm(Dictionary<string, string> Fields, bool HasFiles);
}
