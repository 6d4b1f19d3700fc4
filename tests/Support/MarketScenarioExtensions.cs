using Microsoft.AspNetCore.Http;

namespace MarketChat.Tests.Support;

/// <summary>What Alba's scenarios lack for this app.</summary>
public static class MarketScenarioExtensions
{
    /// <summary>A form of these fields. A field may stand there more than once.</summary>
    public static FormExpression Form(this IUrlExpression request, params IEnumerable<(string Field, string Value)> fields) =>
        new FormExpression((Scenario)request).Form(fields);

    public static FormExpression File(this IUrlExpression request, string field, byte[] content) => request.Form().File(field, content);

    /// <summary>Any content, written with its own Content-Type.</summary>
    public static void Content(this IUrlExpression request, Func<HttpContent> create) => ((Scenario)request).ConfigureHttpContext(context =>
    {
        using var content = create();
        content.CopyTo(context.Request.Body, null, CancellationToken.None);
        context.Request.ContentType = content.Headers.ContentType?.ToString();
        context.Request.ContentLength = context.Request.Body.Length;
    });

    /// <summary>The address of a link or a redirect, absolute or not, with its query as it is encoded.</summary>
    public static void Address(this IUrlExpression request, Uri address) => ((Scenario)request).ConfigureHttpContext(context =>
    {
        (context.Request.Scheme, context.Request.Host) = (address.Scheme, new HostString(address.Authority));
        (context.Request.Path, context.Request.QueryString) = (PathString.FromUriComponent(address), QueryString.FromUriComponent(address));
    });

    /// <summary>A method by its name.</summary>
    public static IUrlExpression By(this Scenario scenario, string method)
    {
        scenario.ConfigureHttpContext(context => context.Request.Method = method);
        return scenario;
    }

    /// <summary>Asks as the page's script does.</summary>
    public static void AsScript(this Scenario scenario, string? token = null)
    {
        scenario.WithRequestHeader("Accept", "application/json");
        if (token is not null) scenario.WithRequestHeader("RequestVerificationToken", token);
    }

    /// <summary>302 or 303; Alba's <c>RedirectShouldBe</c> knows only 302.</summary>
    public static void ShouldRedirectTo(this Scenario scenario, string url)
    {
        scenario.IgnoreStatusCode();
        scenario.AssertThat(new RedirectAssertion(url));
    }

    private sealed class RedirectAssertion(string url) : IScenarioAssertion
    {
        public void Assert(Scenario scenario, AssertionContext context)
        {
            var response = context.HttpContext.Response;
            if (response.StatusCode is 302 or 303 && response.Headers.Location == url) return;
            context.AddFailure($"Expected a redirect to {url}, but was {response.StatusCode} {response.Headers.Location}");
            context.ReadBodyAsString();
        }
    }
}
