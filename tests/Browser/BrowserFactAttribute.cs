namespace MarketChat.Tests.Browser;

/// <summary>
/// A test in a real browser. Without Chromium the test is skipped with instructions to install it; with CI=true it fails instead.
/// </summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (!File.Exists(Chromium.Path) && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = $"Needs Chromium at {Chromium.Path}: 'apt-get install chromium chromium-headless-shell fonts-noto-cjk', "
                + "or set CHROMIUM to where it is.";
        }
    }
}
