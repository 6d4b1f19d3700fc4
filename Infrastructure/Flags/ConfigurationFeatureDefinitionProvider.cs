using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.FeatureManagement;

namespace MarketChat.Infrastructure.Flags;

/// <summary>
/// Provides the feature definitions from the configuration section "FeatureManagement". An invalid definition stops the start of the app.
/// When the configuration changes at run time and a definition is invalid, an error is logged and all definitions stay as they were.
/// </summary>
public sealed partial class ConfigurationFeatureDefinitionProvider : IFeatureDefinitionProvider, IValidateOptions<FeatureManagementOptions>,
    IDisposable
{
    private const string Section = "FeatureManagement";

    private readonly IConfigurationRoot _configuration;
    private readonly ILogger<ConfigurationFeatureDefinitionProvider> _log;
    private readonly IDisposable _watch;
    private readonly IReadOnlyList<string> _startupErrors;
    private Dictionary<string, Task<FeatureDefinition>> _definitions;

    public ConfigurationFeatureDefinitionProvider(IConfiguration configuration, ILogger<ConfigurationFeatureDefinitionProvider> log)
    {
        (_configuration, _log) = ((IConfigurationRoot)configuration, log);
        (_definitions, _startupErrors) = Load();
        _watch = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) =>
        _definitions.GetValueOrDefault(featureName) ?? Task.FromResult<FeatureDefinition>(null!);

    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        foreach (var definition in _definitions.Values) yield return await definition;
    }

    public ValidateOptionsResult Validate(string? name, FeatureManagementOptions options) =>
        _startupErrors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_startupErrors);

    public void Dispose() => _watch.Dispose();

    private (Dictionary<string, Task<FeatureDefinition>> Definitions, IReadOnlyList<string> Errors) Load()
    {
        var definitions = new Dictionary<string, Task<FeatureDefinition>>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        foreach (var flag in _configuration.GetSection(Section).GetChildren())
        {
            try
            {
                definitions.Add(flag.Key, Task.FromResult(FeatureDefinitionParser.Parse(_configuration, flag)));
            }
            catch (FormatException exception)
            {
                errors.Add(exception.Message);
            }
        }

        return (definitions, errors);
    }

    private void Reload()
    {
        var (definitions, errors) = Load();
        if (errors.Count == 0) _definitions = definitions;
        else LogInvalidDefinitions(_log, string.Join(' ', errors));
    }

    [LoggerMessage(LogLevel.Error, "The section FeatureManagement was not reloaded, because it is invalid: {Errors}")]
    private static partial void LogInvalidDefinitions(ILogger logger, string errors);
}
