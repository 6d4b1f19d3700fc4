using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.FeatureManagement;

namespace MarketChat.Infrastructure.Flags;

/// <summary>
/// The flags as the section "FeatureManagement" has them. The app does not start with a rule that makes no sense; when the settings
/// change while it runs, and one does not then, all stay as they were.
/// </summary>
public sealed partial class FlagRules : IFeatureDefinitionProvider, IValidateOptions<FeatureManagementOptions>, IDisposable
{
    private const string Section = "FeatureManagement";

    private readonly IConfigurationRoot _settings;
    private readonly ILogger<FlagRules> _log;
    private readonly IDisposable _watch;
    private readonly IReadOnlyList<string> _problemsAtStart;
    private Dictionary<string, Task<FeatureDefinition>> _rules;

    public FlagRules(IConfiguration settings, ILogger<FlagRules> log)
    {
        (_settings, _log) = ((IConfigurationRoot)settings, log);
        (_rules, _problemsAtStart) = Read();
        _watch = ChangeToken.OnChange(settings.GetReloadToken, ReadAgain);
    }

    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) =>
        _rules.GetValueOrDefault(featureName) ?? Task.FromResult<FeatureDefinition>(null!);

    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        foreach (var rule in _rules.Values) yield return await rule;
    }

    public ValidateOptionsResult Validate(string? name, FeatureManagementOptions options) =>
        _problemsAtStart.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_problemsAtStart);

    public void Dispose() => _watch.Dispose();

    private (Dictionary<string, Task<FeatureDefinition>> Rules, IReadOnlyList<string> Problems) Read()
    {
        var rules = new Dictionary<string, Task<FeatureDefinition>>(StringComparer.OrdinalIgnoreCase);
        var problems = new List<string>();
        foreach (var flag in _settings.GetSection(Section).GetChildren())
        {
            try
            {
                rules.Add(flag.Key, Task.FromResult(FlagRule.Read(_settings, flag)));
            }
            catch (FormatException exception)
            {
                problems.Add(exception.Message);
            }
        }

        return (rules, problems);
    }

    private void ReadAgain()
    {
        var (rules, problems) = Read();
        if (problems.Count == 0) _rules = rules;
        else LogRefusal(_log, string.Join(' ', problems));
    }

    [LoggerMessage(LogLevel.Error, "The flags stay as they were: {Problems}")]
    private static partial void LogRefusal(ILogger logger, string problems);
}
