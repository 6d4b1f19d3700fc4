using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Configuration;

public static class SettingsExtensions
{
    /// <summary>
    /// Adds the settings of a section of the configuration. At the start of the app, values that violate the data annotations and keys that
    /// are not a property are refused by a message that names the setting: "Chat:PollSeconds must be between 0.05 and 3600."
    /// </summary>
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddSingleton<IValidateOptions<T>>(provider =>
            new SettingsValidator<T>(section, provider.GetRequiredService<IConfiguration>().GetSection(section)));
        return services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
    }

    private sealed class SettingsValidator<T>(string section, IConfigurationSection configuration) : IValidateOptions<T>
        where T : class
    {
        // Data annotations begin their messages so: "The field PollSeconds must be between 0.05 and 3600."
        private const string AnnotationPrefix = "The field ";

        private static readonly string[] _known =
            [.. typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)];

        public ValidateOptionsResult Validate(string? name, T options)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            var unknown = configuration.GetChildren().Select(child => child.Key).Except(_known, StringComparer.OrdinalIgnoreCase);
            List<string> errors =
            [
                .. results.Select(result => result.ErrorMessage!.Replace(AnnotationPrefix, $"{section}:", StringComparison.Ordinal)),
                .. unknown.Select(key => $"{section}:{key} is not a setting; the settings are {string.Join(", ", _known)}."),
            ];
            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}
