using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.FeatureManagement;

namespace MarketChat.Infrastructure.Flags;

/// <summary>
/// The flags as the section "FeatureManagement" has them. The app does not start with a rule that makes no sense; when the settings
/// change while it runs, and one does not then, all stay as they were.
/// </summary>
public sealed partial class ConfigurationFeatureDefinitionProvider : IFeatureDefinitionProvider, IValidateOptions<FeatureManagementOptions>,
    IDisposable
{
    private const string Section = "FeatureManagement";

    private readonly IConfigurationRoot _settings;
    private readonly ILogger<ConfigurationFeatureDefinitionProvider> _log;
    private readonly IDisposable _watch;
    private readonly IReadOnlyList<string> _problemsAtStart;
    private Dictionary<string, Task<FeatureDefinition>> _definitions;

    public ConfigurationFeatureDefinitionProvider(IConfiguration settings, ILogger<ConfigurationFeatureDefinitionProvider> log)
    {
        (_settings, _log) = ((IConfigurationRoot)settings, log);
        (_definitions, _problemsAtStart) = Load();
        _watch = ChangeToken.OnChange(settings.GetReloadToken, Reload);
    }

    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) =>
        _definitions.GetValueOrDefault(featureName) ?? Task.FromResult<FeatureDefinition>(null!);

    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        foreach (var rule in _definitions.Values) yield return await rule;
    }

    public ValidateOptionsResult Validate(string? name, FeatureManagementOptions options) =>
        _problemsAtStart.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_problemsAtStart);

    public void Dispose() => _watch.Dispose();

    private (Dictionary<string, Task<FeatureDefinition>> Rules, IReadOnlyList<string> Problems) Load()
    {
        var rules = new Dictionary<string, Task<FeatureDefinition>>(StringComparer.OrdinalIgnoreCase);
        var problems = new List<string>();
        foreach (var flag in _settings.GetSection(Section).GetChildren())
        {
            try
            {
                rules.Add(flag.Key, Task.FromResult(FeatureDefinitionParser.Parse(_settings, flag)));
            }
            catch (FormatException exception)
            {
                problems.Add(exception.Message);
            }
        }

        return (rules, problems);
    }

    private void Reload()
    {
        var (rules, problems) = Load();
        if (problems.Count == 0) _definitions = rules;
        else LogRefusal(_log, string.Join(' ', problems));
    }

    [LoggerMessage(LogLevel.Error, "The flags stay as they were: {Problems}")]
    private static partial void LogRefusal(ILogger logger, string problems);
}
