using Microsoft.AspNetCore.Http;

namespace MarketChat.Tests.Support;

/// <summary>Extensions to Alba's scenarios that this app needs.</summary>
public static class MarketScenarioExtensions
{
    /// <summary>A form with these fields, which may repeat.</summary>
    public static FormExpression Form(this IUrlExpression request, params IEnumerable<(string Field, string Value)> fields) =>
        new FormExpression((Scenario)request).Form(fields);

    public static FormExpression File(this IUrlExpression request, string field, byte[] content) => request.Form().File(field, content);

    /// <summary>Any content, with its own Content-Type.</summary>
    public static void Content(this IUrlExpression request, Func<HttpContent> create) => ((Scenario)request).ConfigureHttpContext(context =>
    {
        using var content = create();
        content.CopyTo(context.Request.Body, null, CancellationToken.None);
        context.Request.ContentType = content.Headers.ContentType?.ToString();
        context.Request.ContentLength = context.Request.Body.Length;
    });

    /// <summary>The URL of a link or a redirect, absolute or relative, with its query kept encoded.</summary>
    public static void Address(this IUrlExpression request, Uri address) => ((Scenario)request).ConfigureHttpContext(context =>
    {
        (context.Request.Scheme, context.Request.Host) = (address.Scheme, new HostString(address.Authority));
        (context.Request.Path, context.Request.QueryString) = (PathString.FromUriComponent(address), QueryString.FromUriComponent(address));
    });

    /// <summary>Selects the HTTP method by its name.</summary>
    public static IUrlExpression By(this Scenario scenario, string method)
    {
        scenario.ConfigureHttpContext(context => context.Request.Method = method);
        return scenario;
    }

    /// <summary>Sends the request headers of the page's script.</summary>
    public static void AsScript(this Scenario scenario, string? token = null)
    {
        scenario.WithRequestHeader("Accept", "application/json");
        if (token is not null) scenario.WithRequestHeader("RequestVerificationToken", token);
    }

    /// <summary>Expects 302 or 303; Alba's <c>RedirectShouldBe</c> accepts only 302.</summary>
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
