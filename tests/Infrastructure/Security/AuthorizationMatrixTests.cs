using System.Reflection;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Security;

/// <summary>
/// Authorization matrix: every method of every route and every page handler, for every kind of user. A new page, handler or endpoint fails
/// here until it has a line: below or, for an optional slice, in the file <c>routes.txt</c> beside the slice's tests, which is removed
/// together with the slice.
/// </summary>
public sealed class AuthorizationMatrixTests(MarketHost host) : IClassFixture<MarketHost>
{
    /// <summary>
    /// Statuses as page/script. The buyer and the seller are the members of the requested room and product; the stranger has an account
    /// only. All requests that need an antiforgery token have a valid one. Each POST is followed by its form.
    /// </summary>
    private const string Matrix = """
                                                 signed out   stranger   buyer      seller
        GET /                                    200/200      200/200    200/200    200/200
        GET /account/delete                      302/401      200/200    200/200    200/200
        POST /account/delete                     302/401      303/303    303/303    303/303    password=a long enough password
        GET /account/deleted                     200/200      200/200    200/200    200/200
        GET /account/export                      302/401      200/200    200/200    200/200
        GET /account/passkeys                    302/401      200/200    200/200    200/200
        POST /account/passkeys                   302/401      303/303    303/303    303/303    remove=none
        POST /account/passkeys?handler=Add       401/401      400/400    400/400    400/400    name=phone&credential=none
        POST /account/passkeys?handler=Options   401/401      200/200    200/200    200/200    name=phone&password=a long enough password
        GET /account/password                    302/401      200/200    200/200    200/200
        POST /account/password                   302/401      303/303    303/303    303/303    currentPassword=a long enough password
            &newPassword=another long one&confirmPassword=another long one
        GET /account/profile                     302/401      200/200    200/200    200/200
        POST /account/profile                    302/401      303/303    303/303    303/303    userName=somebody
        GET /account/sign-in                     200/200      302/302    302/302    302/302
        POST /account/sign-in                    200/200      200/200    200/200    200/200    userName=nobody&password=wrong
        POST /account/sign-in?handler=Passkey    400/400      400/400    400/400    400/400    credential=none
        POST /account/sign-in?handler=PasskeyOptions 200/200  200/200    200/200    200/200
        GET /account/sign-out                    302/401      302/302    302/302    302/302
        POST /account/sign-out                   302/401      303/303    303/303    303/303
        GET /account/sign-out-everywhere         302/401      302/302    302/302    302/302
        POST /account/sign-out-everywhere        302/401      303/303    303/303    303/303
        GET /account/sign-up                     200/200      302/302    302/302    302/302
        POST /account/sign-up                    303/303      303/303    303/303    303/303    userName=somebody
            &password=long enough&confirmPassword=long enough
        GET /badge                               401/401      200/200    200/200    200/200
        GET /chat                                302/401      200/200    200/200    200/200
        GET /chat?handler=Rooms                  401/401      200/200    200/200    200/200
        GET /chat/{id:int}                       302/401      404/404    200/200    200/200
        GET /chat/{id:int}?handler=History       401/401      404/404    200/200    200/200
        GET /chat/{id:int}?handler=Messages      401/401      404/404    200/200    200/200
        POST /chat/{id:int}?handler=Read         401/401      404/404    204/204    204/204    upTo=1
        GET /chat/{id:int}/send                  302/401      302/302    302/302    302/302
        POST /chat/{id:int}/send                 302/401      404/404    303/201    303/201    payload=hello
        GET /css/market.{fingerprint}.css        200/200      200/200    200/200    200/200
        HEAD /css/market.{fingerprint}.css       200/200      200/200    200/200    200/200
        GET /error/{status:int?}                 404/404      404/404    404/404    404/404
        POST /error/{status:int?}                404/404      404/404    404/404    404/404
        GET /healthz                             200/200      200/200    200/200    200/200
        HEAD /healthz                            200/200      200/200    200/200    200/200
        GET /js/market.{fingerprint}.js          200/200      200/200    200/200    200/200
        HEAD /js/market.{fingerprint}.js         200/200      200/200    200/200    200/200
        GET /livez                               200/200      200/200    200/200    200/200
        HEAD /livez                              200/200      200/200    200/200    200/200
        GET /photos/{name}                       200/200      200/200    200/200    200/200
        HEAD /photos/{name}                      200/200      200/200    200/200    200/200
        GET /products/{id:int}                   200/200      200/200    200/200    200/200
        GET /products/{id:int}/start-chat        302/401      302/302    302/302    302/302
        POST /products/{id:int}/start-chat       302/401      303/201    303/200    409/409
        GET /products/post                       302/401      200/200    200/200    200/200
        POST /products/post                      302/401      303/303    303/303    303/303    title=bicycle&price=1000&description=red
        GET /{static-asset}                      200/200      200/200    200/200    200/200
        """;

    private static int _lastNumber;

    private static readonly string _tests = Path.Combine(
        typeof(AuthorizationMatrixTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "AppRoot").Value!,
        "tests");

    private static readonly Dictionary<string, Line> _lines = Matrix.Replace("\n    &", "&").Split('\n')[1..].Concat(LinesBesideTests())
        .Select(Line.Parse).ToDictionary(line => line.Route.ToString());

    public static TheoryData<string> Routes => new(_lines.Keys);

    [Fact]
    public async Task Every_route_and_handler_of_the_app_stands_in_the_matrix_and_nothing_else_does() =>
        _lines.Keys.ShouldBe((await AppRoute.AllOf(host)).Select(route => route.ToString()), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Everybody_gets_what_the_matrix_says(string route)
    {
        var line = _lines[route];

        var found = new string[line.Expected.Length];
        for (var person = 0; person < found.Length; person++)
        {
            found[person] = $"{await Ask(line, person, AsPage)}/{await Ask(line, person, AsScript)}";
        }

        found.ShouldBe(line.Expected, route);
    }

    /// <summary>The form of a route as the matrix defines it. User names are unique in each form.</summary>
    internal static IEnumerable<(string Field, string Value)> FormOf(AppRoute route) =>
        (_lines.GetValueOrDefault(route.ToString())?.Form ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('='))
            .Select(field => (field[0], field[1] == "somebody" ? $"somebody{Interlocked.Increment(ref _lastNumber)}" : field[1]));

    private static IEnumerable<string> LinesBesideTests() => Directory
        .EnumerateFiles(Path.Combine(_tests, "Features"), "routes.txt", SearchOption.AllDirectories)
        .SelectMany(File.ReadLines).Where(line => line.Trim() is { Length: > 0 } text && text[0] != '#');

    // Creates new users for each request, so that the effects of one request do not affect the next.
    private async Task<int> Ask(Line line, int person, Action<Scenario> configure)
    {
        var users = await TestUsers.Of(host);
        var isOfPhoto = line.Route.Path.Contains("{name}", StringComparison.Ordinal);
        var photo = isOfPhoto ? (await host.AddPhoto(users.Seller.Id)).Name : AppRoute.NoPhoto;
        var visitor = new[] { users.SignedOut, users.Stranger, users.Buyer, users.Seller }[person];
        var token = line.Route.ChangesSomething ? await users.TokenOf(visitor) : ""; // Other requests need no token.
        var answer = await visitor.Scenario(s =>
        {
            s.By(line.Route.Method).Form(FormOf(line.Route)).ToUrl(line.Route.UrlIn(users.Talk, photo));
            s.WithRequestHeader("RequestVerificationToken", token);
            configure(s);
            s.IgnoreStatusCode();
        });
        return answer.StatusCode;
    }

    private static void AsPage(Scenario s) => s.WithRequestHeader("Accept", "text/html");

    private static void AsScript(Scenario s) => s.AsScript();

    private sealed record Line(AppRoute Route, string[] Expected, string Form)
    {
        private const int People = 4;

        public static Line Parse(string text)
        {
            var words = text.Split((char[]?)null, People + 3, StringSplitOptions.RemoveEmptyEntries);
            return new Line(new AppRoute(words[0], words[1]), words[2..(2 + People)], words.ElementAtOrDefault(2 + People)?.Trim() ?? "");
        }
    }
}
