using System.Text;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Identity;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MarketChat.Tests.Infrastructure.Identity;

public sealed class NormalizingPasswordHasherTests
{
    private const string Password = "비밀번호 열 글자 이상";

    private static readonly User _user = new();
    private static readonly NormalizingPasswordHasher _hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = 1_000 }));

    [Theory]
    [InlineData(NormalizationForm.FormC)]
    [InlineData(NormalizationForm.FormD)]
    [InlineData(NormalizationForm.FormKC)]
    public void A_password_is_the_same_in_every_normal_form(NormalizationForm typed) =>
        _hasher.VerifyHashedPassword(_user, _hasher.HashPassword(_user, Password), Password.Normalize(typed))
            .ShouldBe(PasswordVerificationResult.Success);

    [Theory]
    [InlineData(NormalizationForm.FormD, NormalizationForm.FormD)]
    [InlineData(NormalizationForm.FormD, NormalizationForm.FormC)]
    [InlineData(NormalizationForm.FormC, NormalizationForm.FormD)]
    public void A_hash_of_the_password_as_it_was_typed_still_opens_and_is_replaced(NormalizationForm hashed, NormalizationForm typed) =>
        _hasher.VerifyHashedPassword(
            _user, MarketHost.QuickHasher.HashPassword(_user, "ﬁ" + Password.Normalize(hashed)), "ﬁ" + Password.Normalize(typed))
            .ShouldBe(PasswordVerificationResult.SuccessRehashNeeded);

    [Theory]
    [InlineData("비밀번호 열 글자 이하")]
    [InlineData("")]
    [InlineData("\ufffe\ud83d\0")]
    public void Another_password_is_refused_and_so_is_every_one_of_a_user_who_does_not_exist(string password)
    {
        _hasher.VerifyHashedPassword(_user, _hasher.HashPassword(_user, Password), password).ShouldBe(PasswordVerificationResult.Failed);
        _hasher.VerifyHashedPassword(_user, NormalizingPasswordHasher.NoHash, password).ShouldBe(PasswordVerificationResult.Failed);
    }
}
